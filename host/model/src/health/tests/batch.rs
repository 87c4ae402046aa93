//! Job, CronJob, and volumes.

use super::Health::{Degraded, Healthy, Progressing, Suspended, Unknown};
use super::*;

#[test]
fn a_job_is_judged_by_the_conditions_that_are_true() {
    let with = |name: &str, status: &str| json!({"status": {"conditions": [condition(name, status, "BackoffLimitExceeded", "")]}});
    let resumed_and_failed = json!({"status": {"conditions": [
        condition("Suspended", "False", "JobResumed", ""), condition("Failed", "True", "DeadlineExceeded", "")]}});
    check(
        "batch/v1",
        "Job",
        &[
            (json!({}), Progressing, "Running"),
            (json!({"spec": {"suspend": true}}), Suspended, "Suspended"),
            (with("Failed", "True"), Degraded, "BackoffLimitExceeded"),
            (with("Failed", "False"), Progressing, "Running"),
            (with("FailureTarget", "True"), Progressing, "BackoffLimitExceeded"),
            (with("Complete", "True"), Healthy, "Complete"),
            (with("Suspended", "True"), Suspended, "Suspended"),
            (with("Suspended", "False"), Progressing, "Running"),
            (resumed_and_failed, Degraded, "DeadlineExceeded"),
        ],
    );
    let tried = json!({"spec": {"completions": 3}, "status": {"succeeded": 1, "failed": 2}});
    let expected = "It is running: 1 of 3 done. 2 attempts failed and are made again.";
    assert_eq!(message("batch/v1", "Job", &tried), expected);
}

#[test]
fn a_cron_job_is_judged_by_its_last_run() {
    let ran = |succeeded: Value, active: Value| json!({"status": {"lastScheduleTime": "2026-03-01T11:00:00Z", "lastSuccessfulTime": succeeded, "active": active}});
    let (before, after) = ("2026-03-01T10:01:00Z", "2026-03-01T11:01:00+00:00");
    check(
        "batch/v1",
        "CronJob",
        &[
            (json!({}), Healthy, "NotScheduledYet"),
            (json!({"status": {}}), Healthy, "NotScheduledYet"),
            (json!({"spec": {"suspend": true}}), Suspended, "Suspended"),
            (ran(json!(null), json!([])), Healthy, "NeverSucceeded"),
            (ran(json!(null), json!([{"name": "a-1"}])), Healthy, "Running"),
            (ran(json!(before), json!([{"name": "a-1"}])), Healthy, "Running"),
            (ran(json!(before), json!(null)), Degraded, "LastRunFailed"),
            (ran(json!(after), json!([])), Healthy, "LastRunSucceeded"),
        ],
    );
}

#[test]
fn a_claim_is_judged_by_its_phase_and_by_enlargements_that_failed() {
    let bound = |name: &str, status: &str| json!({"status": {"phase": "Bound", "conditions": [condition(name, status, "", "")]}});
    check(
        "v1",
        "PersistentVolumeClaim",
        &[
            (json!({}), Progressing, "Pending"),
            (json!({"status": {"phase": "Pending"}}), Progressing, "Pending"),
            (json!({"status": {"phase": "Bound"}}), Healthy, "Bound"),
            (json!({"status": {"phase": "Lost"}}), Degraded, "Lost"),
            (json!({"status": {"phase": "Borrowed"}}), Unknown, "UnknownPhase"),
            (bound("Resizing", "True"), Healthy, "Resizing"),
            (bound("FileSystemResizePending", "True"), Healthy, "FileSystemResizePending"),
            (bound("ControllerResizeError", "True"), Degraded, "ControllerResizeError"),
            (bound("NodeResizeError", "False"), Healthy, "Bound"),
            (bound("ModifyVolumeError", "True"), Degraded, "ModifyVolumeError"),
        ],
    );
}
