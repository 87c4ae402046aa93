//! Work with an end: Job and CronJob.

use super::seen::Seen;
use super::{Health, Verdict};

/// Conditions of a Job that decide while they are true, and what they say; the first that holds.
const JOB: &[(&str, Health, &str, &str)] = &[
    ("Failed", Health::Degraded, "Failed", "It failed and is not tried again."),
    (
        "Suspended",
        Health::Suspended,
        "Suspended",
        "It is suspended: it goes on when it is resumed.",
    ),
    ("Complete", Health::Healthy, "Complete", "It ran to its end."),
    ("FailureTarget", Health::Progressing, "Failing", "It has failed; its last pods are stopping."),
];

/// Argo CD's `health_job.go`: failed, suspended, complete. Beyond it, a condition counts only while its status is
/// True: Argo CD reads a Job that was resumed and runs (Suspended=False) as Healthy.
pub(super) fn job(seen: &Seen<'_>) -> Verdict {
    for (name, health, reason, plain) in JOB {
        let Some(condition) = seen.condition(name).filter(|it| it.is_true()) else { continue };
        return match health {
            Health::Healthy | Health::Suspended => Verdict::new(*health, reason, *plain),
            _ => Verdict::new(*health, condition.reason_or(reason), condition.explain(plain)),
        };
    }
    if seen.flag("/spec/suspend") {
        return Verdict::suspended("Suspended", "It is suspended: it goes on when it is resumed.");
    }
    let (succeeded, failed) = (seen.count("/status/succeeded"), seen.count("/status/failed"));
    let runs = seen.object().number("/spec/completions").unwrap_or(1);
    let retried = match failed {
        0 => String::new(),
        1 => " One attempt failed and is made again.".to_owned(),
        _ => format!(" {failed} attempts failed and are made again."),
    };
    let message = format!("It is running: {succeeded} of {runs} done.{retried}");
    Verdict::progressing("Running", message)
}

/// Argo CD's `batch/CronJob/health.lua`: by the last run. What differs:
/// - One that is suspended is Suspended. Argo CD says Healthy until its issue 24428 is solved, because its app would
///   wait for it; ours does not.
/// - One without a status is Healthy: it waits for its time. Argo CD says Progressing, which may last a year.
pub(super) fn cron_job(seen: &Seen<'_>) -> Verdict {
    if seen.flag("/spec/suspend") {
        return Verdict::suspended("Suspended", "It is suspended: no run is started.");
    }
    let Some(scheduled) = seen.time("/status/lastScheduleTime") else {
        return Verdict::healthy("NotScheduledYet", "It waits for the time of its first run.");
    };
    let succeeded = seen.time("/status/lastSuccessfulTime");
    if !seen.list("/status/active").is_empty() {
        return Verdict::healthy("Running", "A run has started and goes on.");
    }
    match succeeded {
        // A run that was cleaned up at once leaves no trace of its success, so this is no proof of failure.
        None => {
            Verdict::healthy("NeverSucceeded", "It has run, and no run is known to have succeeded.")
        }
        Some(succeeded) if succeeded < scheduled => Verdict::degraded(
            "LastRunFailed",
            "Its last run did not succeed. Look at the run's pods.",
        ),
        Some(_) => Verdict::healthy("LastRunSucceeded", "Its last run succeeded."),
    }
}
