//! What a report says of a deployment and its operation, and keeping it.

use std::collections::HashSet;

use slipway_model::name::ClusterName;
use slipway_model::operation::{OperationKind, OperationState};
use slipway_model::phase::Phase;
use slipway_model::rollout::{Progress, Report};
use slipway_model::transition;
use slipway_store::record::{DEPLOYMENTS, Deployment, OPERATIONS, Operation, OutboxEntry};
use slipway_store::{Changes, Reader, Reads};

use crate::Error;

/// What is said of a deployment that is archived.
const ARCHIVED: &str = "Archived: nothing of it runs. Its volumes, settings and history are kept.";
/// Steps that the store keeps of one operation.
const MOST_STEPS: usize = 500;

/// Of each app the last report, under the app's key, in the order in which they came.
pub fn last_of_each(reports: &[Report]) -> Vec<(String, &Report)> {
    let mut later = HashSet::new();
    let keyed = reports.iter().rev().map(|it| (format!("{}/{}", it.project, it.app), it));
    let mut last: Vec<_> = keyed.filter(|(key, _)| later.insert(key.clone())).collect();
    last.reverse();
    last
}

/// Whether a report says something that the store does not have.
pub fn is_news(reader: &Reader, key: &str, report: &Report, now: u64) -> Result<bool, Error> {
    // Somebody else's rollout: it is the cluster's business.
    let Some(id) = &report.deployment else { return Ok(false) };
    let Some(known) = reader.get(&DEPLOYMENTS, key)?.filter(|it| it.id == *id) else {
        return Ok(false);
    };
    if judged(&known, report, now) != known {
        return Ok(true);
    }
    let Some(progress) = progress(report, &known) else { return Ok(false) };
    let operation = reader.get(&OPERATIONS, &known.operation_key())?;
    Ok(operation.is_some_and(|it| advanced(&it, progress) != it))
}

/// Takes a report in; what changed, or nothing if nothing did.
pub fn keep(
    changes: &Changes,
    cluster: &ClusterName,
    key: &str,
    report: &Report,
) -> Result<Option<(Deployment, Operation)>, Error> {
    let Some(known) = changes.get(&DEPLOYMENTS, key)? else { return Ok(None) };
    let operation_key = known.operation_key();
    let Some(before) = changes.get(&OPERATIONS, &operation_key)? else { return Ok(None) };
    let operation =
        progress(report, &known).map_or_else(|| before.clone(), |it| advanced(&before, it));
    let deployment =
        Deployment { operation_state: operation.state, ..judged(&known, report, changes.now()) };
    if operation != before {
        changes.put(&OPERATIONS, &operation_key, &operation)?;
    }
    if deployment != known {
        changes.put(&DEPLOYMENTS, key, &deployment)?;
        if transition::is_leaving(deployment.last()) && !transition::is_leaving(known.last()) {
            // Its volumes are deleted, and now the rest of it.
            changes.outbox(&OutboxEntry::RolloutGone {
                cluster: cluster.clone(),
                project: deployment.project.clone(),
                app: deployment.name.clone(),
            })?;
        }
    }
    Ok((operation != before || deployment != known).then_some((deployment, operation)))
}

/// How far the deployment's newest operation is; none where the report is of another.
fn progress<'r>(report: &'r Report, known: &Deployment) -> Option<&'r Progress> {
    report.progress.as_ref().filter(|it| it.operation == known.operation)
}

/// The deployment as the report shows it.
fn judged(known: &Deployment, report: &Report, now: u64) -> Deployment {
    let progress = progress(report, known);
    let state = progress.map_or(known.operation_state, |it| it.state);
    let kind = known.operation_kind;
    let deleting = transition::is_leaving((kind, state));
    let phase = if deleting { Phase::DeletePending } else { Phase::after(kind, state) };
    // It may have got live after its operation had failed for want of time.
    let is_live = progress.is_some_and(|it| it.state.is_over())
        && report.good_revision == Some(known.revision);
    let message = match progress {
        Some(progress) if progress.state != OperationState::Succeeded => progress.message.clone(),
        Some(_) if phase == Phase::Archived => ARCHIVED.to_owned(),
        _ => report.verdict.message.clone(),
    };
    let good_revision = if is_live { report.good_revision } else { known.good_revision };
    let is_way_back =
        matches!(known.operation_kind, OperationKind::Rollback | OperationKind::Abort);
    let is_new = good_revision != known.good_revision && !is_way_back;
    Deployment {
        course: known.course.seen(known.healing, report.workloads, state, now),
        former_good: if is_new { known.good_revision } else { known.former_good },
        operation_state: state,
        phase,
        health: report.verdict.health,
        workloads: report.workloads,
        message: if deleting { "It is being deleted.".to_owned() } else { message },
        links: report.links.clone(),
        good_revision,
        ..known.clone()
    }
}

/// The operation as the report shows it. What is over stays as it ended; steps are only added.
fn advanced(known: &Operation, progress: &Progress) -> Operation {
    if known.state.is_over() {
        return known.clone();
    }
    let mut operation = known.clone();
    operation.state = progress.state;
    operation.message.clone_from(&progress.message);
    operation.failure.clone_from(&progress.failure);
    operation.finished_unix_milliseconds = progress.finished_unix_milliseconds;
    // By place and not by time: a clock that was set back would hide what comes after.
    let last = known.steps.last();
    let seen = progress.steps.iter().rposition(|it| Some(it) == last).map_or(0, |it| it + 1);
    operation.steps.extend(progress.steps[seen..].iter().cloned());
    operation.steps.truncate(MOST_STEPS);
    operation
}

#[cfg(test)]
mod tests {
    use slipway_model::digest::Digest;
    use slipway_model::health::{Health, Verdict};
    use slipway_model::rollout::Step;

    use super::*;

    /// Steps by their letters; the clock was set back between b and c.
    fn steps(letters: &str) -> Vec<Step> {
        let step = |letter: char| Step {
            at_unix_milliseconds: if letter < 'c' { 9_000 } else { 20 },
            plugin: Digest::of(b"any"),
            input: Digest::of(b"any"),
            output: Digest::of(b"any"),
            microseconds: 0,
            outcome: "wait".to_owned(),
            notes: vec![letter.to_string()],
        };
        letters.chars().map(step).collect()
    }

    fn check(known: &str, reported: &str, expected: &str) {
        let operation = Operation {
            id: "o".into(),
            project: "shop".parse().unwrap(),
            deployment: "d".into(),
            app: "web".parse().unwrap(),
            kind: OperationKind::Update,
            state: OperationState::Running,
            actor: "ada".into(),
            revision: 1,
            message: String::new(),
            reason: String::new(),
            failure: None,
            started_unix_milliseconds: 1,
            finished_unix_milliseconds: None,
            steps: steps(known),
        };
        let progress = Progress {
            operation: "o".into(),
            kind: OperationKind::Update,
            state: OperationState::Running,
            message: String::new(),
            failure: None,
            started_unix_milliseconds: 1,
            finished_unix_milliseconds: None,
            steps: steps(reported),
            attempt: 0,
        };
        assert_eq!(advanced(&operation, &progress).steps, steps(expected));
    }

    #[test]
    fn of_each_app_the_last_report_counts() {
        let report = |project: &str, app: &str, revision| Report {
            project: project.parse().unwrap(),
            app: app.parse().unwrap(),
            deployment: None,
            verdict: Verdict::new(Health::Progressing, "", ""),
            workloads: Health::Progressing,
            progress: None,
            good_revision: Some(revision),
            inventory: Vec::new(),
            links: Vec::new(),
        };
        let reports = [
            report("shop", "web", 1),
            report("shop", "api", 2),
            // Of the same name, and another app.
            report("lab", "web", 3),
            report("shop", "web", 4),
        ];
        let last = last_of_each(&reports);
        let last = last.iter().map(|(key, it)| (key.as_str(), it.good_revision.unwrap()));
        assert_eq!(last.collect::<Vec<_>>(), [("shop/api", 2), ("lab/web", 3), ("shop/web", 4)]);
        assert!(last_of_each(&[]).is_empty());
    }

    #[test]
    fn steps_are_added_once_and_none_is_lost_when_the_clock_is_set_back() {
        check("", "a", "a");
        check("a", "a", "a");
        check("a", "ab", "ab");
        check("ab", "abcd", "abcd");
        // The report holds the last steps only.
        check("abc", "cd", "abcd");
        check("ab", "de", "abde");
    }
}
