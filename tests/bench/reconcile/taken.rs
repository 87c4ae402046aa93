//! What the same work took, each time that it was done.

use std::time::Duration;

use crate::figures::short;

/// The times, and the core-seconds that the API server computed for each.
#[derive(Default)]
pub struct Taken(Vec<(Duration, f64)>);

impl Taken {
    /// Once more.
    pub fn also(&mut self, (time, cpu_seconds): (Duration, f64)) {
        self.0.push((time, cpu_seconds));
    }

    /// The mean.
    pub fn seconds(&self) -> f64 {
        self.0.iter().map(|it| it.0.as_secs_f64()).sum::<f64>() / self.0.len() as f64
    }

    pub fn times(&self) -> String {
        self.0.iter().map(|it| short(it.0)).collect::<Vec<_>>().join(", ")
    }

    pub fn computed(&self) -> String {
        let each = self.0.iter().map(|it| format!("{:.1} s", it.1));
        each.collect::<Vec<_>>().join(" and ")
    }
}
