//! Vet: whether the objects that plugins ask for are within what was granted. Only it makes [`Vetted`].
//!
//! Pure, and default deny. It looks into pod templates too, because whoever may make a pod may otherwise be
//! anybody: Pod Security, service accounts, secrets, volumes. Of the cluster it knows what it is told.

mod metadata;
mod place;
mod pods;
mod reach;
mod rights;
mod security;
mod set;
mod volumes;

use std::collections::HashSet;

use crate::grant::{Grant, PodSecurity};
use crate::object::{Object, ObjectRef};

use place::{Broken, Place};
use set::Set;

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
#[error("{object}, {field}: {rule}. {hint}")]
pub struct Refusal {
    /// `Deployment web`.
    pub object: String,
    /// Where in it, e.g. `spec.template.spec.hostNetwork`.
    pub field: String,
    /// What is not allowed.
    pub rule: String,
    /// What to do about it.
    pub hint: String,
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

/// More objects than this do not belong to one app.
const MOST_OBJECTS: usize = 2_000;

/// Checks every object; one that is refused refuses all.
pub fn vet(objects: Vec<Object>, rules: &Rules<'_>) -> Result<Vetted, Refusal> {
    vet_beside(objects, &Beside::default(), rules)
}

/// What is in the cluster already.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The app's own: a step of an operation applies only some of an app's objects, which may name the others.
    pub own: Vec<ObjectRef>,
    /// Those of apps whose names begin with this one's and a dash: the names of what they have look as if they were its own.
    pub others: Vec<ObjectRef>,
}

/// The same for objects that come beside others.
pub fn vet_beside(
    objects: Vec<Object>,
    beside: &Beside,
    rules: &Rules<'_>,
) -> Result<Vetted, Refusal> {
    if objects.len() > MOST_OBJECTS {
        return Err(Refusal {
            object: format!("{} objects", objects.len()),
            field: "all together".into(),
            rule: format!("one app may have {MOST_OBJECTS}"),
            hint: "Make fewer, or make several apps of it.".into(),
        });
    }
    let set = Set::of(&objects, beside, rules);
    let mut seen = HashSet::new();
    for object in &objects {
        one(object, &set).map_err(|broken| refusal(&object.reference(), broken))?;
        if !seen.insert((object.group(), object.kind(), object.name())) {
            let broken = Broken::new(
                "metadata.name",
                "another object of the set has the same kind and name",
                "Give each object a name of its own.",
            );
            return Err(refusal(&object.reference(), broken));
        }
    }
    Ok(Vetted(objects))
}

/// Checks what is to be removed. Who may have StatefulSets may remove the claims that they make.
pub fn vet_removal(
    references: Vec<ObjectRef>,
    rules: &Rules<'_>,
) -> Result<VettedRemovals, Refusal> {
    for reference in &references {
        let maker = reference.is_claim().then(|| ObjectRef {
            api_version: "apps/v1".into(),
            kind: "StatefulSet".into(),
            ..reference.clone()
        });
        let checked = metadata::identity(reference, rules)
            .or_else(|broken| maker.map_or(Err(broken), |it| metadata::identity(&it, rules)));
        checked.map_err(|broken| refusal(reference, broken))?;
    }
    Ok(VettedRemovals(references))
}

fn one(object: &Object, set: &Set<'_>) -> Result<(), Broken> {
    metadata::identity(&object.reference(), set.rules)?;
    metadata::check(object, set.rules)?;
    let root = Place::of(object.json());
    for pod in pods::in_object(&root) {
        security::check(&pod, set.rules.level)?;
        reach::pod(&pod, set)?;
    }
    reach::object(object, &root, set)?;
    rights::check(object, &root, set)
}

fn refusal(object: &ObjectRef, broken: Broken) -> Refusal {
    let Broken { field, rule, hint } = broken;
    Refusal { object: object.to_string(), field, rule, hint }
}

#[cfg(test)]
mod tests;
