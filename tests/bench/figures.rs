//! Figures and the table that they are printed in, as Markdown.

use std::fmt;
use std::time::Duration;

/// Rows of four: what, measured, what that is held against, a bar or a remark.
pub struct Table {
    headings: [&'static str; 4],
    rows: Vec<[String; 4]>,
}

impl Table {
    pub fn headed(headings: [&'static str; 4]) -> Self {
        Self { headings, rows: Vec::new() }
    }

    pub fn row(&mut self, what: &str, measured: String, floor: String, bar: &str) {
        let row = [what.to_owned(), measured, floor, bar.to_owned()];
        eprintln!("{}", row.join(" | "));
        self.rows.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| {} |\n|---|---|---|---|", self.headings.join(" | "))?;
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

/// Times in order.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that this many of a thousand are at most.
    pub fn at(&self, thousandths: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * thousandths / 1000).copied().unwrap_or_default()
    }

    pub fn median(&self) -> Duration {
        self.at(500)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "median {}, p99 {}", short(self.median()), short(self.at(990)))
    }
}

/// A time with the unit that suits it.
pub fn short(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 0.01 => format!("{:.0} ms", s * 1e3),
        s if s >= 0.001 => format!("{:.1} ms", s * 1e3),
        s => format!("{:.1} µs", s * 1e6),
    }
}
