//! Where the pods are: every pod specification in an object, whatever kind it is of.

use super::place::Place;

/// Whatever has a list of containers is a pod's specification: in a Pod, in the templates of workloads, and in kinds
/// that nobody has heard of.
pub fn in_object<'a>(root: &Place<'a>) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    collect(root, &mut found);
    found
}

fn collect<'a>(place: &Place<'a>, found: &mut Vec<Place<'a>>) {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    if lists.iter().any(|it| place.value.get(it).is_some_and(serde_json::Value::is_array)) {
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
