//! The course of an illness, second by second where it matters.

use super::*;

const MINUTE: u64 = 60_000;

fn patient() -> Patient {
    Patient {
        healing: Healing { is_on: true, after_seconds: 60 },
        course: Course::default(),
        operation: OperationKind::Update,
        state: OperationState::Succeeded,
        health: Health::Degraded,
        revision: 3,
        good: Some(3),
        former_good: Some(2),
        is_insisted_on: false,
    }
}

impl Patient {
    fn seen(mut self, health: Health, now: u64) -> Self {
        self.health = health;
        self.course = self.course.seen(self.healing, health, self.state, now);
        self
    }

    /// Does what comes next; answers what and when.
    fn treated(&mut self, now: u64) -> (Remedy, u64) {
        let at = match self.next(now) {
            Next::At(at) => at,
            Next::Do(_) => now,
            Next::Nothing => panic!("nothing is done"),
        };
        let Next::Do(remedy) = self.next(at) else { panic!("it is not due when it says") };
        self.course = self.course.tried(remedy, at);
        (remedy, at)
    }
}

#[test]
fn first_a_restart_then_the_way_back_then_restarts_that_come_more_and_more_seldom() {
    let mut patient = patient().seen(Health::Degraded, 0);
    assert_eq!(patient.next(MINUTE - 1), Next::At(MINUTE));
    assert_eq!(patient.treated(0), (Remedy::Restart, MINUTE));
    assert_eq!(patient.treated(MINUTE), (Remedy::GoBack { to: 2 }, 3 * MINUTE));
    assert_eq!(patient.treated(3 * MINUTE), (Remedy::Restart, 7 * MINUTE));
    assert_eq!(patient.treated(7 * MINUTE), (Remedy::Restart, 15 * MINUTE));
    assert_eq!(patient.treated(15 * MINUTE), (Remedy::Restart, 31 * MINUTE));
    assert_eq!(patient.next(1000 * MINUTE), Next::Nothing, "it gives up");
    assert!(patient.course.is_given_up());
}

#[test]
fn what_was_live_is_started_again_first_even_if_its_operation_failed() {
    let late = Patient { state: OperationState::Failed, ..patient() };
    assert_eq!(late.seen(Health::Degraded, 0).treated(0), (Remedy::Restart, MINUTE));
}

#[test]
fn an_update_that_never_got_live_is_taken_back_without_a_restart() {
    let failed =
        Patient { state: OperationState::Failed, good: Some(2), former_good: None, ..patient() };
    assert_eq!(failed.seen(Health::Degraded, 0).treated(0), (Remedy::GoBack { to: 2 }, MINUTE));
}

#[test]
fn a_first_deployment_has_no_way_back() {
    let first =
        Patient { state: OperationState::Failed, good: None, former_good: None, ..patient() };
    assert_eq!(first.seen(Health::Degraded, 0).treated(0).0, Remedy::Restart);
}

#[test]
fn what_a_person_brings_back_is_not_taken_away_again() {
    let mut patient = Patient { is_insisted_on: true, ..patient() }.seen(Health::Degraded, 0);
    for _ in 0..MOST_TRIES {
        assert_eq!(patient.treated(0).0, Remedy::Restart);
    }
}

#[test]
fn an_app_that_answers_for_a_moment_between_two_crashes_is_ill_all_the_time() {
    let mut patient = patient().seen(Health::Degraded, 0);
    for second in 1..6 {
        patient = patient.seen(Health::Healthy, second * 10_000 - 2_000);
        patient = patient.seen(Health::Degraded, second * 10_000);
    }
    assert_eq!(patient.next(MINUTE), Next::Do(Remedy::Restart));
}

#[test]
fn well_for_as_long_as_the_budget_it_is_well_again() {
    let mut patient = patient().seen(Health::Degraded, 0);
    patient.treated(0);
    let patient = patient.seen(Health::Healthy, 2 * MINUTE);
    assert_eq!(patient.course.tries, 1, "not yet");
    let patient = patient.seen(Health::Healthy, 3 * MINUTE);
    assert_eq!(patient.course, Course { well_since: Some(2 * MINUTE), ..Course::default() });
}

#[test]
fn a_new_illness_after_a_long_time_well_begins_at_its_own_beginning() {
    let patient = patient().seen(Health::Degraded, 0).seen(Health::Healthy, MINUTE);
    let patient = patient.seen(Health::Degraded, 100 * MINUTE);
    assert_eq!(patient.next(100 * MINUTE), Next::At(101 * MINUTE));
}

#[test]
fn nothing_is_done_while_something_is_under_way_or_healing_is_off_or_somebody_paused_it() {
    let ill = patient().seen(Health::Degraded, 0);
    let late = 100 * MINUTE;
    assert_eq!(Patient { state: OperationState::Running, ..ill }.next(late), Next::Nothing);
    assert_eq!(Patient { operation: OperationKind::Delete, ..ill }.next(late), Next::Nothing);
    let off = Healing { is_on: false, ..ill.healing };
    assert_eq!(Patient { healing: off, ..ill }.next(late), Next::Nothing);
    assert_eq!(ill.seen(Health::Suspended, late).course, Course::default());
}

#[test]
fn trouble_during_an_operation_does_not_count() {
    let updating = Patient { state: OperationState::Running, ..patient() };
    assert_eq!(updating.seen(Health::Degraded, 0).course.ill_since, None);
}
