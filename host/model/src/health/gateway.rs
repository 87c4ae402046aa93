//! Gateway API: GatewayClass, Gateway, every route, and policies on them.
//!
//! Each has places with conditions: the object itself, its listeners, its parents, its ancestors. One rule judges a
//! place, and the worst place decides.
//!
//! Source: Argo CD's `gateway.networking.k8s.io/*/health.lua`. What differs: Argo CD has rules for HTTPRoute and
//! GRPCRoute; the same one serves every kind of route. Conditions about an older generation are left out everywhere,
//! not only in routes. `Accepted=Unknown` is Progressing. `PartiallyInvalid=True` is Degraded: some of its rules are
//! not served.

use serde_json::Value;

use super::condition::{Condition, explain};
use super::seen::Seen;
use super::{Health, Verdict};

/// Condition, the status in which it decides, and the verdict; the first that matches.
const TABLE: &[(&str, &str, Health, &str, &str)] = &[
    (
        "ResolvedRefs",
        "False",
        Health::Degraded,
        "RefsNotResolved",
        "Something that it refers to is missing or not allowed.",
    ),
    ("Accepted", "False", Health::Degraded, "NotAccepted", "It was refused."),
    (
        "PartiallyInvalid",
        "True",
        Health::Degraded,
        "PartiallyInvalid",
        "Some of its rules are not valid and left out.",
    ),
    ("Accepted", "Unknown", Health::Progressing, "Waiting", "It was not taken up yet."),
    ("Programmed", "False", Health::Progressing, "NotProgrammed", "It is being set up."),
    ("Programmed", "Unknown", Health::Progressing, "NotProgrammed", "It is being set up."),
];

/// What is said of one thing about the current spec, with what to put before a sentence about it.
struct Place<'a> {
    prefix: String,
    conditions: Vec<Condition<'a>>,
}

/// By its own condition Accepted.
pub(super) fn class(seen: &Seen<'_>) -> Verdict {
    judge(&[itself(seen)], "No gateway controller has taken it up yet.")
}

/// By its own conditions, then by those of each listener.
pub(super) fn gateway(seen: &Seen<'_>) -> Verdict {
    let mut places = vec![itself(seen)];
    places.extend(places_in(seen, "/status/listeners", "/name", "Listener"));
    judge(&places, "No gateway controller has taken it up yet.")
}

/// By the conditions of each gateway that it is attached to.
pub(super) fn route(seen: &Seen<'_>) -> Verdict {
    let places: Vec<_> = places_in(seen, "/status/parents", "/parentRef/name", "Gateway").collect();
    judge(&places, "No gateway has taken it up yet.")
}

/// By the conditions of each gateway that it applies to; all of them must have seen it.
pub(super) fn policy(seen: &Seen<'_>) -> Verdict {
    let places: Vec<_> =
        places_in(seen, "/status/ancestors", "/ancestorRef/name", "Gateway").collect();
    if let Some(place) = places.iter().find(|it| it.conditions.is_empty()) {
        let message = format!("{}The latest change was not taken up yet.", place.prefix);
        return Verdict::progressing("NotObserved", message);
    }
    judge(&places, "No gateway has taken it up yet.")
}

fn itself<'a>(seen: &Seen<'a>) -> Place<'a> {
    Place { prefix: String::new(), conditions: current(seen, seen.list("/status/conditions")) }
}

fn places_in<'a>(
    seen: &Seen<'a>,
    list: &str,
    name: &'static str,
    word: &'static str,
) -> impl Iterator<Item = Place<'a>> {
    seen.list(list).iter().map(move |it| {
        let name = it.pointer(name).and_then(Value::as_str).unwrap_or_default();
        let conditions = it["conditions"].as_array().map_or(&[][..], Vec::as_slice);
        let prefix = format!("{}: ", format!("{word} {name}").trim_end());
        Place { prefix, conditions: current(seen, conditions) }
    })
}

fn current<'a>(seen: &Seen<'a>, conditions: &'a [Value]) -> Vec<Condition<'a>> {
    let generation = seen.generation();
    Condition::all(conditions).filter(|it| !it.is_outdated(generation)).collect()
}

/// The worst of the places; Progressing where none speaks of the current spec.
fn judge(places: &[Place<'_>], untaken: &str) -> Verdict {
    if places.iter().all(|it| it.conditions.is_empty()) {
        return Verdict::progressing("NotObserved", untaken);
    }
    let of = |worst: Health| places.iter().find_map(|it| decide(it, worst));
    let worst = of(Health::Degraded).or_else(|| of(Health::Progressing));
    worst.unwrap_or_else(|| Verdict::healthy("Accepted", "It is in use."))
}

fn decide(place: &Place<'_>, worst: Health) -> Option<Verdict> {
    TABLE.iter().filter(|it| it.2 == worst).find_map(|(name, status, health, reason, plain)| {
        let mut conditions = place.conditions.iter();
        let found = conditions.find(|it| it.name() == *name && it.status() == *status)?;
        let message = explain(&format!("{}{plain}", place.prefix), found.words());
        Some(Verdict::new(*health, found.reason_or(reason), message))
    })
}
