//! Where the pods are: every pod specification in an object, whatever kind it is of.

use serde_json::Value;

use super::place::Place;

/// Whatever has a list of containers is a pod's specification: in a Pod, in the templates of workloads, and in kinds
/// that nobody has heard of.
pub fn in_object<'a>(root: &Place<'a>) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    collect(root, &mut found);
    found
}

/// Whether it is a pod's specification.
pub fn is_pod(value: &Value) -> bool {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    lists.iter().any(|it| value.get(it).is_some_and(Value::is_array))
}

fn collect<'a>(place: &Place<'a>, found: &mut Vec<Place<'a>>) {
    if is_pod(place.value) {
        found.push(place.clone());
    }
    for (_, field) in place.fields() {
        collect(&field, found);
    }
    for item in place.items() {
        collect(&item, found);
    }
}

/// The containers of a pod, of all three sorts.
pub fn containers<'a>(pod: &Place<'a>) -> Vec<Place<'a>> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    lists.iter().flat_map(|it| pod.at(it).items().collect::<Vec<_>>()).collect()
}
