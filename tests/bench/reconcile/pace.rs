//! How fast the machine is at the moment: cores that are shared with others compute the same in twice the time, and count
//! twice the processor time for it.

use std::time::{Duration, Instant};

use crate::figures::short;

const STEPS: u64 = 20_000_000;

/// What one and the same computation on all cores took, each time that it was asked for.
#[derive(Default)]
pub struct Pace(Vec<Duration>);

fn compute() {
    let step = |sum, it| std::hint::black_box::<u64>(sum).wrapping_mul(31) ^ it;
    std::hint::black_box((0..STEPS).fold(1, step));
}

impl Pace {
    /// Before this part.
    pub fn take(&mut self, part: &str) {
        eprintln!("{part} ...");
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let begun = Instant::now();
        // On all of them, as the work itself: two may share what computes.
        std::thread::scope(|scope| {
            for _ in 0..cores {
                scope.spawn(compute);
            }
        });
        self.0.push(begun.elapsed());
    }

    pub fn times(&self) -> String {
        self.0.iter().map(|it| short(*it)).collect::<Vec<_>>().join(", ")
    }
}
