//! Where plugins come from, and whose are taken.

use slipway_platform::record::{Origin, Trust};
use slipway_platform::{Preview, TrustSet};
use slipway_wire::catalogue::{PluginPreview, TrustRule};

use super::time;

pub fn origin(origin: Origin) -> String {
    match origin {
        Origin::Upload => "upload".to_owned(),
        Origin::Bundle => "bundle".to_owned(),
        Origin::Registry { reference, manifest: _, proofs: _ } => reference,
    }
}

pub fn preview(preview: Preview) -> PluginPreview {
    let Preview { digest, kind, name, version, asks, more, pinned, signatures } = preview;
    PluginPreview {
        digest: digest.to_string(),
        kind: kind.as_str().to_owned(),
        name: name.to_string(),
        version,
        asks,
        more,
        pinned,
        signatures,
    }
}

pub fn rule(rule: Trust) -> TrustRule {
    let Trust { source, keys, unsigned, set_by, set_unix_milliseconds } = rule;
    let set_at = time(set_unix_milliseconds);
    TrustRule { source, keys, unsigned, set_by, set_at, barred: Vec::new() }
}

pub fn set_rule(set: TrustSet) -> TrustRule {
    TrustRule { barred: set.barred, ..rule(set.rule) }
}
