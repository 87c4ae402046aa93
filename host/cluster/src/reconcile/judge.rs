//! Judge: one word for all that an app consists of, and one for what of it runs. Pure.

use slipway_model::health::{Health, Verdict};
use slipway_model::object::{Object, ObjectRef};
use slipway_model::plan::{Outcome, Stepped};

use super::fetch::Seen;
use super::is_over;

/// How an app is.
#[derive(Debug)]
pub struct Judged {
    /// Of all objects, the worst.
    pub all: Verdict,
    /// Of what runs alone.
    pub workloads: Health,
}

/// The worst verdict of what was applied, and of what ran before and has not been replaced yet: as long as requests go
/// there, that is how the app is.
pub fn all(seen: &Seen, wanted: &[Object], stepped: &Stepped) -> Judged {
    let applied = wanted.iter().map(|it| {
        let verdict = found(seen, &it.reference());
        (runs(it), verdict.unwrap_or_else(|| absent(seen, &it.reference())))
    });
    let verdicts: Vec<(bool, Verdict)> =
        applied.chain(still_runs(seen, wanted, stepped).map(|verdict| (true, verdict))).collect();
    let workloads = verdicts.iter().filter(|(runs, _)| *runs).map(|(_, it)| it);
    let workloads = workloads.max_by_key(|it| severity(it.health)).cloned();
    let nothing = || Verdict::new(Health::Healthy, "NothingWanted", "Nothing is to run.");
    // Of equals the one that says more: what runs before what merely exists.
    let worst = verdicts
        .into_iter()
        .max_by_key(|(runs, it)| (severity(it.health), *runs, it.reason != "Exists"));
    Judged {
        all: explained(seen, worst.map_or_else(nothing, |(_, it)| it)),
        workloads: workloads.map_or(Health::Healthy, |it| explained(seen, it).health),
    }
}

fn found(seen: &Seen, reference: &ObjectRef) -> Option<Verdict> {
    let found = seen.observed.iter().find(|it| it.object.reference() == *reference);
    found.map(|it| it.verdict.clone())
}

fn absent(seen: &Seen, reference: &ObjectRef) -> Verdict {
    if is_over(&seen.rollout) {
        return Verdict::missing();
    }
    Verdict::new(Health::Progressing, "Creating", format!("{reference} is being created."))
}

fn runs(object: &Object) -> bool {
    object.at("/spec/template").is_some()
}

/// What earlier steps applied, and this one has neither replaced nor put aside. A task is no part of it: it has run.
fn still_runs<'a>(
    seen: &'a Seen,
    wanted: &'a [Object],
    stepped: &'a Stepped,
) -> impl Iterator<Item = Verdict> + 'a {
    let is_replaced = matches!(stepped.outcome, Outcome::Done);
    let is_elsewhere = |it: &ObjectRef| {
        let is_it = |other: &ObjectRef| other.is_same(it);
        wanted.iter().any(|it| is_it(&it.reference()))
            || stepped.keep.iter().chain(&stepped.remove).any(is_it)
    };
    seen.observed
        .iter()
        .filter(move |_| !is_replaced)
        .filter(|it| runs(&it.object) && it.object.kind() != "Job")
        .filter(move |it| {
            let reference = it.object.reference();
            seen.inventory.iter().any(|it| it.is_same(&reference)) && !is_elsewhere(&reference)
        })
        .map(|it| it.verdict.clone())
}

/// A pod that cannot come up explains a workload that waits.
fn explained(seen: &Seen, verdict: Verdict) -> Verdict {
    let is_broken = |health| health == Health::Degraded;
    let mut pods = seen.observed.iter().filter(|it| it.object.kind() == "Pod");
    match verdict.health {
        Health::Progressing => {
            pods.find(|it| is_broken(it.verdict.health)).map_or(verdict, |it| it.verdict.clone())
        }
        _ => verdict,
    }
}

/// Argo CD's order, `pkg/health/health.go`: which of two words speaks for both.
fn severity(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::Suspended => 1,
        Health::Progressing => 2,
        Health::Missing => 3,
        Health::Degraded => 4,
        Health::Unknown => 5,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use slipway_model::digest::Digest;
    use slipway_model::plan::{Observed, Trace};

    use super::*;
    use crate::resource::Rollout;

    fn object(kind: &str, name: &str) -> Object {
        let spec =
            if kind == "Deployment" || kind == "Job" { json!({"template": {}}) } else { json!({}) };
        let json =
            json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "spec": spec});
        Object::new(json).unwrap()
    }

    /// All of them were applied by earlier steps.
    fn seen(objects: &[(&str, &str, Health)]) -> Seen {
        let observed = objects.iter().map(|(kind, name, health)| Observed {
            object: object(kind, name),
            verdict: Verdict::new(*health, "Any", *name),
        });
        Seen {
            rollout: Rollout::example(|_| ()),
            observed: observed.collect(),
            children: Vec::new(),
            inventory: objects
                .iter()
                .map(|(kind, name, _)| object(kind, name).reference())
                .collect(),
        }
    }

    fn stepped(outcome: Outcome, keep: &[Object]) -> Stepped {
        let any = || Digest::of(b"any");
        let trace =
            Trace { plugin: any(), input: any(), output: any(), microseconds: 0, log: Vec::new() };
        Stepped {
            apply: Vec::new(),
            keep: keep.iter().map(Object::reference).collect(),
            remove: Vec::new(),
            memory: json!({}),
            outcome,
            recheck_after_milliseconds: None,
            notes: Vec::new(),
            links: Vec::new(),
            trace,
        }
    }

    fn words(judged: &Judged) -> (Health, &str, Health) {
        (judged.all.health, &judged.all.message, judged.workloads)
    }

    #[test]
    fn what_nobody_can_mend_by_a_restart_is_no_trouble_of_what_runs() {
        use Health::{Degraded, Healthy};
        let seen = seen(&[("Deployment", "web", Healthy), ("Autoscaler", "scaler", Degraded)]);
        let wanted = [object("Deployment", "web"), object("Autoscaler", "scaler")];
        let judged = all(&seen, &wanted, &stepped(Outcome::Done, &[]));
        assert_eq!(words(&judged), (Degraded, "scaler", Healthy));
    }

    #[test]
    fn what_still_runs_counts_until_it_is_replaced_or_put_aside() {
        use Health::{Degraded, Healthy, Progressing};
        let wait = || Outcome::Wait { reason: "any".into() };
        let seen = seen(&[
            ("Deployment", "old", Degraded),
            ("Deployment", "new", Progressing),
            ("Job", "task", Degraded),
        ]);
        let (old, new) = (object("Deployment", "old"), object("Deployment", "new"));
        let wanted = std::slice::from_ref(&new);
        let judged = all(&seen, wanted, &stepped(wait(), &[]));
        assert_eq!(words(&judged), (Degraded, "old", Degraded));
        let judged = all(&seen, wanted, &stepped(Outcome::Done, &[]));
        assert_eq!(words(&judged), (Progressing, "new", Progressing));
        let judged = all(&seen, wanted, &stepped(wait(), std::slice::from_ref(&old)));
        assert_eq!(words(&judged), (Progressing, "new", Progressing));
        let judged = all(&seen, &[], &stepped(wait(), &[old, new]));
        assert_eq!(words(&judged), (Healthy, "Nothing is to run.", Healthy));
    }
}
