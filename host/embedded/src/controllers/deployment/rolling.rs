//! How large each replica set may be next during a rolling update: pure arithmetic.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// How far a rolling update may go above and below the wanted number of pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Pods above the wanted number.
    pub surge: i32,
    /// Pods that may be missing.
    pub unavailable: i32,
}

/// A replica set: how many pods it wants, and how many are available.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    pub wanted: i32,
    pub available: i32,
}

impl Limits {
    /// As the deployment says; a quarter each if it says nothing.
    pub fn of(deployment: &Deployment) -> Self {
        let spec = deployment.spec.as_ref();
        let strategy = spec.and_then(|it| it.strategy.as_ref());
        if strategy.and_then(|it| it.type_.as_deref()) == Some("Recreate") {
            return Self { surge: 0, unavailable: 0 };
        }
        let rolling = strategy.and_then(|it| it.rolling_update.as_ref());
        let desired = spec.and_then(|it| it.replicas).unwrap_or(1);
        Self::resolve(
            desired,
            rolling.and_then(|it| it.max_surge.as_ref()),
            rolling.and_then(|it| it.max_unavailable.as_ref()),
        )
    }

    fn resolve(
        desired: i32,
        surge: Option<&IntOrString>,
        unavailable: Option<&IntOrString>,
    ) -> Self {
        let surge = share(surge, desired, 99);
        let unavailable = share(unavailable, desired, 0).min(desired.max(0));
        // Both zero could never move; Kubernetes then lets one be missing.
        if surge == 0 && unavailable == 0 {
            return Self { surge: 0, unavailable: 1 };
        }
        Self { surge, unavailable }
    }
}

/// A number, or a part of `whole` in percent; `round` is added before dividing by a hundred.
fn share(asked: Option<&IntOrString>, whole: i32, round: i32) -> i32 {
    let percent = |percent: i32| percent.saturating_mul(whole.max(0)).saturating_add(round) / 100;
    match asked {
        None => percent(25),
        Some(IntOrString::Int(number)) => (*number).max(0),
        Some(IntOrString::String(text)) => {
            let digits = text.trim_end_matches('%').parse().unwrap_or(0);
            if text.ends_with('%') { percent(digits) } else { digits }
        }
    }
}

/// How large the new set is to be. `total` counts all sets, the new one too.
pub(super) fn new_size(recreate: bool, desired: i32, limits: Limits, new: i32, total: i32) -> i32 {
    if recreate || new > desired {
        return desired;
    }
    let room = (desired + limits.surge - total).max(0);
    new + room.min(desired - new)
}

/// How large the old sets, oldest first, are to be.
pub(super) fn old_sizes(desired: i32, limits: Limits, new: Set, old: &[Set]) -> Vec<i32> {
    let mut sizes: Vec<_> = old.iter().map(|it| it.wanted).collect();
    let total = new.wanted + sizes.iter().sum::<i32>();
    let fewest = desired - limits.unavailable;
    let unavailable_new = (new.wanted - new.available).max(0);
    let mut spare = total - fewest - unavailable_new;
    if spare <= 0 {
        return sizes;
    }
    // Pods that serve nobody go first: without this a broken old revision would block the new one.
    for (size, set) in sizes.iter_mut().zip(old) {
        let broken = (*size - set.available).max(0).min(spare);
        *size -= broken;
        spare -= broken;
    }
    let available = new.available + old.iter().map(|it| it.available.min(it.wanted)).sum::<i32>();
    let mut surplus = (available - fewest).max(0);
    for size in &mut sizes {
        let gone = (*size).min(surplus);
        *size -= gone;
        surplus -= gone;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> IntOrString {
        IntOrString::String(text.into())
    }

    #[test]
    fn percentages_round_up_for_surge_and_down_for_missing() {
        let resolve = |desired, surge: &str, missing: &str| {
            let limits = Limits::resolve(desired, Some(&text(surge)), Some(&text(missing)));
            (limits.surge, limits.unavailable)
        };
        assert_eq!(resolve(10, "25%", "25%"), (3, 2));
        assert_eq!(resolve(1, "25%", "25%"), (1, 0));
        assert_eq!(resolve(3, "0%", "10%"), (0, 1));
        let none = Limits::resolve(4, Some(&IntOrString::Int(0)), Some(&IntOrString::Int(0)));
        assert_eq!(none, Limits { surge: 0, unavailable: 1 });
    }

    #[test]
    fn nothing_old_goes_while_nothing_new_is_ready() {
        let limits = Limits { surge: 1, unavailable: 0 };
        let new = Set { wanted: 1, available: 0 };
        assert_eq!(old_sizes(3, limits, new, &[Set { wanted: 3, available: 3 }]), [3]);
        let ready = Set { wanted: 1, available: 1 };
        assert_eq!(old_sizes(3, limits, ready, &[Set { wanted: 3, available: 3 }]), [2]);
    }

    #[test]
    fn broken_old_pods_go_first() {
        let limits = Limits { surge: 1, unavailable: 0 };
        let new = Set { wanted: 1, available: 0 };
        let old = [Set { wanted: 3, available: 3 }, Set { wanted: 1, available: 0 }];
        assert_eq!(old_sizes(3, limits, new, &old), [3, 0]);
    }

    /// Plays updates to their end, with pods becoming available one at a time in the worst order.
    #[test]
    fn an_update_ends_and_never_leaves_its_limits() {
        for desired in 0..6 {
            for surge in 0..3 {
                for unavailable in 0..3 {
                    let surge = IntOrString::Int(surge);
                    let missing = IntOrString::Int(unavailable);
                    play(desired, Limits::resolve(desired, Some(&surge), Some(&missing)));
                }
            }
        }
    }

    fn play(desired: i32, limits: Limits) {
        let mut old = Set { wanted: desired, available: desired };
        let mut new = Set { wanted: 0, available: 0 };
        for _ in 0..100 {
            new.wanted = new_size(false, desired, limits, new.wanted, new.wanted + old.wanted);
            old.wanted = old_sizes(desired, limits, new, &[old])[0];
            old.available = old.available.min(old.wanted);
            let total = new.wanted + old.wanted;
            assert!(total <= desired + limits.surge, "{desired} {limits:?}: {total} pods");
            let available = new.available + old.available;
            assert!(available >= desired - limits.unavailable, "{desired} {limits:?}: {available}");
            if new.available == desired && old.wanted == 0 {
                return;
            }
            new.available = (new.available + 1).min(new.wanted);
        }
        unreachable!("the update of {desired} with {limits:?} did not end");
    }
}
