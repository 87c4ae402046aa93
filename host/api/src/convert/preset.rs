//! Presets, between the platform's words and the wire's.

use slipway_platform::{MadePreset, NewPreset, PresetAsk};
use slipway_wire::catalogue as wire;

pub fn preset_from(new: wire::NewPreset) -> NewPreset {
    let wire::NewPreset {
        name,
        title,
        summary,
        version,
        ask,
        locked,
        is_public,
        categories,
        changelog,
    } = new;
    let ask = ask.into_iter().map(|it| {
        let wire::AskedField { field, title, help, required } = it;
        PresetAsk { pointer: field, title, help, required, ..PresetAsk::default() }
    });
    let ask = ask.collect();
    NewPreset { name, title, summary, version, ask, locked, is_public, categories, changelog }
}

pub fn preset(made: MadePreset) -> wire::MadePreset {
    let MadePreset { reference, digest, name, version, ask, told, is_public, deploys_as } = made;
    wire::MadePreset { reference, digest, name, version, ask, told, is_public, deploys_as }
}
