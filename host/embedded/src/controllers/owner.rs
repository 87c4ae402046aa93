//! Who an object belongs to.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, OwnerReference};
use kube::ResourceExt as _;
use kube::core::{Expression, ParseExpressionError, Selector, SelectorExt as _};

use super::watched::Kind;

/// The owner that controls it.
pub(crate) fn of<K: Kind>(object: &K) -> Option<&OwnerReference> {
    object.meta().owner_references.iter().flatten().find(|it| it.controller == Some(true))
}

pub(crate) fn is<K: Kind>(object: &K, uid: Option<&str>) -> bool {
    of(object).is_some_and(|it| Some(it.uid.as_str()) == uid)
}

/// A reference that makes `owner` the controller of what carries it.
pub(crate) fn reference<K: Kind>(owner: &K) -> OwnerReference {
    OwnerReference {
        api_version: K::api_version(&()).into_owned(),
        kind: K::kind(&()).into_owned(),
        name: owner.name_any(),
        uid: owner.uid().unwrap_or_default(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    }
}

/// The selector in a form that can be asked. An empty one selects nothing: Kubernetes requires one here.
pub(crate) fn selector(labels: &LabelSelector) -> Result<Selector, ParseExpressionError> {
    let empty = |it: Option<bool>| it.unwrap_or(true);
    if empty(labels.match_labels.as_ref().map(std::collections::BTreeMap::is_empty))
        && empty(labels.match_expressions.as_ref().map(Vec::is_empty))
    {
        return Ok(Expression::In(String::new(), std::collections::BTreeSet::new()).into());
    }
    labels.clone().try_into()
}

pub(crate) fn selects<K: Kind>(selector: &Selector, object: &K) -> bool {
    selector.matches(object.labels())
}
