//! Finding one's way among the objects of a step.

use serde_json::Value;

use super::{Link, Step};
use crate::ObjectRef;

/// Kind and name of an object.
pub fn reference(object: &Value) -> ObjectRef {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    ObjectRef {
        api_version: text(&object["apiVersion"]),
        kind: text(&object["kind"]),
        name: text(&object["metadata"]["name"]),
    }
}

impl PartialEq for ObjectRef {
    /// Group, kind and name: one object may be asked for in several versions of its group.
    fn eq(&self, other: &Self) -> bool {
        let group =
            |it: &'_ Self| it.api_version.rsplit_once('/').map(|(group, _)| group.to_owned());
        self.kind == other.kind && self.name == other.name && group(self) == group(other)
    }
}

impl Eq for ObjectRef {}

/// The host name of a preview: `web.shop.example` becomes `web--preview.shop.example`. The host lets a deployment
/// answer there as well as at its own names, and no other deployment can be called so.
pub fn preview_host(host: &str) -> String {
    match host.split_once('.') {
        Some((first, rest)) => format!("{first}--preview.{rest}"),
        None => format!("{host}--preview"),
    }
}

impl<O> Step<O> {
    /// The volume claims that are still there.
    pub fn claims(&self) -> Vec<ObjectRef> {
        let objects = self.observed.iter().map(|it| &it.object);
        objects.filter(|it| it["kind"] == "PersistentVolumeClaim").map(reference).collect()
    }

    /// An address for every host of every Ingress among these.
    pub fn links<'a>(&self, objects: impl IntoIterator<Item = &'a Value>) -> Vec<Link> {
        let ingresses = objects.into_iter().filter(|it| it["kind"] == "Ingress");
        let rules = ingresses.filter_map(|it| it["spec"]["rules"].as_array()).flatten();
        let hosts = rules.filter_map(|it| it["host"].as_str());
        hosts.map(|host| Link { name: host.to_owned(), url: self.facts.url(host) }).collect()
    }
}
