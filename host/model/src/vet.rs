//! Vet: whether the objects that plugins ask for are within what was granted. Only it makes [`Vetted`].

use crate::grant::{Grant, PodSecurity};
use crate::object::{Object, ObjectRef};

/// What a deployment's objects must keep to.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    pub namespace: &'a str,
    pub app: &'a str,
    pub hosts: &'a [String],
    pub grant: &'a Grant,
    pub level: PodSecurity,
}

/// Objects that may be applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Vetted(Vec<Object>);

/// Objects that may be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VettedRemovals(Vec<ObjectRef>);

/// What is not within the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{object}: {rule}")]
pub struct Refusal {
    pub object: String,
    pub rule: String,
}

impl Vetted {
    /// The objects.
    pub fn into_objects(self) -> Vec<Object> {
        self.0
    }
}

impl VettedRemovals {
    /// What may be removed.
    pub fn references(&self) -> &[ObjectRef] {
        &self.0
    }
}

/// Checks every object; one that is refused refuses all.
pub fn vet(objects: Vec<Object>, rules: &Rules<'_>) -> Result<Vetted, Refusal> {
    for object in &objects {
        kind(&object.reference(), rules)?;
        if object.namespace().is_some_and(|it| it != rules.namespace) {
            let rule = format!("it is in another namespace than {}", rules.namespace);
            return Err(Refusal { object: object.reference().to_string(), rule });
        }
    }
    Ok(Vetted(objects))
}

/// Checks what is to be removed.
pub fn vet_removal(
    references: Vec<ObjectRef>,
    rules: &Rules<'_>,
) -> Result<VettedRemovals, Refusal> {
    for reference in &references {
        kind(reference, rules)?;
    }
    Ok(VettedRemovals(references))
}

fn kind(reference: &ObjectRef, rules: &Rules<'_>) -> Result<(), Refusal> {
    let group = reference.api_version.split_once('/').map_or("", |(group, _)| group);
    let granted = rules.grant.kinds.iter().any(|it| it.group == group && it.kind == reference.kind);
    if granted {
        return Ok(());
    }
    let rule = format!("the kind {} of {} is not granted", reference.kind, reference.api_version);
    Err(Refusal { object: reference.to_string(), rule })
}
