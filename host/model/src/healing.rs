//! Healing: what is done, by itself, for an app that stays Degraded. Pure: the course of an illness and the time in,
//! a remedy out.
//!
//! First a restart; where that does not help, back to the revision that was live before; then restarts, each after
//! twice the time. After [`MOST_TRIES`] it gives up. A person's operation begins the course anew: whoever works on an
//! app is not to be disturbed, and what somebody brings back after healing took it away stays.

use serde::{Deserialize, Serialize};

use crate::health::Health;
use crate::operation::{OperationKind, OperationState};

/// Remedies that are tried for one illness.
pub const MOST_TRIES: u32 = 5;
/// The budget where nobody says another: shorter troubles mostly go by themselves.
pub const DEFAULT_AFTER_SECONDS: u32 = 300;

/// What people set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healing {
    pub is_on: bool,
    /// An app may be Degraded for so long before something is done; well for so long, it is well again.
    pub after_seconds: u32,
}

impl Default for Healing {
    fn default() -> Self {
        Self { is_on: true, after_seconds: DEFAULT_AFTER_SECONDS }
    }
}

impl Healing {
    fn budget_milliseconds(self) -> u64 {
        u64::from(self.after_seconds) * 1000
    }
}

/// How the app has been doing. Times are milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// Since when it is not well; a short recovery in between does not end that: an app that starts, answers and
    /// crashes again is ill all the time.
    pub ill_since: Option<u64>,
    /// Since when it has been Healthy without a break.
    pub well_since: Option<u64>,
    /// Remedies that this illness has had.
    pub tries: u32,
    pub tried_at: Option<u64>,
    /// Whether one of them was the way back.
    pub went_back: bool,
}

/// An app, as far as healing looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Patient {
    pub healing: Healing,
    pub course: Course,
    pub operation: OperationKind,
    pub state: OperationState,
    /// Of what runs: nothing else is mended by a remedy.
    pub health: Health,
    /// The revision that is wanted.
    pub revision: u64,
    /// The last revision that was live.
    pub good: Option<u64>,
    /// The one that was live before it.
    pub former_good: Option<u64>,
    /// What is wanted is what a person went back to, or brought back after healing had gone back from it.
    pub is_insisted_on: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    Restart,
    GoBack { to: u64 },
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Nothing,
    /// Look again at this time, in milliseconds since 1970.
    At(u64),
    Do(Remedy),
}

impl Course {
    /// The course after the app was seen like this.
    #[must_use]
    pub fn seen(
        mut self,
        healing: Healing,
        health: Health,
        state: OperationState,
        now: u64,
    ) -> Self {
        let budget = healing.budget_milliseconds();
        if self.well_since.is_some_and(|since| now.saturating_sub(since) >= budget) {
            self = Self { well_since: self.well_since, ..Self::default() };
        }
        match health {
            Health::Healthy => {
                self.well_since.get_or_insert(now);
            }
            // While something is being done, trouble is expected.
            Health::Degraded if state.is_over() => {
                self.well_since = None;
                self.ill_since.get_or_insert(now);
            }
            Health::Degraded | Health::Progressing | Health::Missing | Health::Unknown => {
                self.well_since = None;
            }
            // Somebody has stopped it on purpose.
            Health::Suspended => return Self::default(),
        }
        self
    }

    /// The course after a remedy was begun.
    #[must_use]
    pub fn tried(self, remedy: Remedy, now: u64) -> Self {
        Self {
            tries: self.tries + 1,
            tried_at: Some(now),
            went_back: self.went_back || matches!(remedy, Remedy::GoBack { .. }),
            well_since: None,
            ..self
        }
    }

    /// Whether everything was tried.
    pub fn is_given_up(&self) -> bool {
        self.tries >= MOST_TRIES
    }
}

impl Patient {
    /// What is to be done now, or when to look again.
    pub fn next(&self, now: u64) -> Next {
        let Some(ill_since) = self.course.ill_since.filter(|_| self.may_be_treated()) else {
            return Next::Nothing;
        };
        let patience = self.healing.budget_milliseconds() << self.course.tries;
        let due = self.course.tried_at.unwrap_or(ill_since).max(ill_since).saturating_add(patience);
        if now < due {
            return Next::At(due);
        }
        Next::Do(self.remedy())
    }

    fn may_be_treated(&self) -> bool {
        use OperationKind::{Archive, Cleanup, Delete};
        self.healing.is_on
            && self.health == Health::Degraded
            && self.state.is_over()
            && !self.course.is_given_up()
            && !matches!(self.operation, Archive | Cleanup | Delete)
    }

    fn remedy(&self) -> Remedy {
        // What never got live is not mended by starting it once more.
        let was_live = self.good == Some(self.revision);
        let before = if was_live { self.former_good } else { self.good };
        match before {
            Some(to)
                if !self.course.went_back
                    && !self.is_insisted_on
                    && (!was_live || self.course.tries > 0) =>
            {
                Remedy::GoBack { to }
            }
            _ => Remedy::Restart,
        }
    }
}

#[cfg(test)]
mod tests;
