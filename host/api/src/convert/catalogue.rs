//! The catalogue: blueprints, and installed plugins.

use slipway_model::grant::Grant;
use slipway_platform::{InstalledPlugin, ProjectBlueprint, record};
use slipway_wire as wire;

use super::{time, trust};

fn grants(grant: &Grant) -> Vec<String> {
    let word = |it: &slipway_model::grant::KindRef| {
        if it.group.is_empty() { it.kind.clone() } else { format!("{}.{}", it.kind, it.group) }
    };
    grant.kinds.iter().map(word).collect()
}

pub fn blueprint_summary(it: record::Plugin) -> wire::catalogue::BlueprintSummary {
    wire::catalogue::BlueprintSummary {
        name: it.name.to_string(),
        title: it.title,
        summary: it.summary,
        version: it.version,
        icon: it.icon,
    }
}

/// One that a project has, under the name that it deploys it by.
pub fn blueprint_of_project(it: ProjectBlueprint) -> wire::catalogue::Blueprint {
    wire::catalogue::Blueprint { name: it.name, ..blueprint(it.plugin) }
}

pub fn blueprint(it: record::Plugin) -> wire::catalogue::Blueprint {
    wire::catalogue::Blueprint {
        grants: grants(&it.grant),
        name: it.name.to_string(),
        title: it.title,
        summary: it.summary,
        version: it.version,
        icon: it.icon,
        digest: it.digest.to_string(),
        docs: it.docs,
        schema: it.schema,
        defaults: it.defaults,
    }
}

pub fn plugin(installed: InstalledPlugin) -> wire::catalogue::Plugin {
    let InstalledPlugin { plugin, is_current, is_withdrawn, barred, newer } = installed;
    let is_control = plugin.kind == record::PluginKind::Control;
    wire::catalogue::Plugin {
        digest: plugin.digest.to_string(),
        kind: plugin.kind.as_str().to_owned(),
        name: plugin.name.to_string(),
        version: plugin.version,
        title: plugin.title,
        summary: plugin.summary,
        options_schema: is_control.then_some(plugin.schema),
        options_defaults: is_control.then_some(plugin.defaults),
        grants: grants(&plugin.grant),
        may: plugin.grant.words(),
        is_current,
        is_withdrawn,
        is_accepted: plugin.is_accepted,
        origin: trust::origin(plugin.origin),
        barred,
        newer,
        projects: plugin.projects.iter().map(ToString::to_string).collect(),
        installed_by: plugin.installed_by,
        installed_at: time(plugin.installed_unix_milliseconds),
    }
}
