//! The course of operations: prepare, ready, promotion, switch, done.

use slipway_sdk::control::Outcome;
use slipway_sdk::prelude::*;

use super::cluster::{Cluster, app};
use crate::colour::STACK;

fn live() -> Cluster {
    let mut cluster = Cluster::new();
    cluster.begin("create", app("1")).go();
    assert!(cluster.is_done(), "{}", cluster.words());
    cluster
}

fn by_hand() -> Cluster {
    let mut cluster = Cluster::new().with(|it| it.auto_promotion_enabled = false);
    cluster.begin("create", app("1")).go();
    cluster
}

const ONE_STACK: [&str; 4] =
    ["ConfigMap web-blue", "Deployment web-blue", "Ingress web", "Service web"];

#[test]
fn the_first_stack_is_blue_and_answers_at_once() {
    let cluster = live();
    assert_eq!(cluster.names(), ONE_STACK);
    assert_eq!(cluster.answering(), "blue");
    let pods = &cluster.get("Deployment", "web-blue").unwrap()["spec"]["template"];
    assert_eq!(pods["metadata"]["labels"][STACK], "blue");
    assert_eq!(pods["spec"]["containers"][0]["envFrom"][0]["configMapRef"]["name"], "web-blue");
}

#[test]
fn an_update_switches_when_the_other_stack_is_ready_and_keeps_the_former_one_a_while() {
    let mut cluster = live();
    let before = cluster.get("Deployment", "web-blue").cloned();
    cluster.is_well = false;
    cluster.begin("update", app("2")).go();
    assert_eq!(cluster.answering(), "blue", "nobody is sent to a stack that is not ready");
    assert_eq!(cluster.get("Deployment", "web-blue").cloned(), before, "nothing of it is touched");
    assert!(cluster.get("Service", "web-preview").is_some());
    heal(&mut cluster);
    cluster.go();
    assert!(cluster.is_done(), "{}", cluster.words());
    assert_eq!(cluster.answering(), "green");
    assert!(cluster.get("Deployment", "web-blue").is_some(), "the way back stands");
    assert!(cluster.get("Service", "web-preview").is_none(), "there is nothing to preview");
    assert_eq!(cluster.last.recheck_after_milliseconds, Some(30_000));
    cluster.pass(30).go();
    let left = ["ConfigMap web-green", "Deployment web-green", "Ingress web", "Service web"];
    assert_eq!(cluster.names(), left);
}

#[test]
fn going_back_inside_the_delay_is_only_the_switch() {
    let mut cluster = live();
    cluster.begin("update", app("2")).go();
    cluster.is_well = false; // whatever would be made now would not get ready
    cluster.begin("rollback", app("1")).go();
    assert!(cluster.is_done(), "{}", cluster.words());
    assert_eq!(cluster.answering(), "blue");
}

#[test]
fn by_hand_nothing_answers_until_somebody_promotes() {
    let mut cluster = by_hand();
    cluster.begin("update", app("2")).go().pass(100_000).go();
    assert!(
        cluster.words().contains("ready at http://web--preview.shop.test:8080/"),
        "{}",
        cluster.words()
    );
    assert_eq!(cluster.answering(), "blue");
    cluster.begin("promote", app("2")).go();
    assert!(cluster.is_done(), "{}", cluster.words());
    assert_eq!(cluster.answering(), "green");
}

#[test]
fn an_abort_leaves_what_answers_and_takes_the_new_stack_away() {
    let mut cluster = by_hand();
    cluster.begin("update", app("2")).go();
    cluster.begin("abort", app("1")).go();
    assert!(cluster.is_done());
    assert_eq!(cluster.answering(), "blue");
    assert!(cluster.get("Deployment", "web-green").is_some(), "it can be looked at");
    cluster.pass(30).go();
    assert_eq!(cluster.names(), ONE_STACK);
}

#[test]
fn a_timed_promotion_waits_its_time() {
    let mut cluster = Cluster::new().with(|it| it.auto_promotion_seconds = 60);
    cluster.begin("create", app("1")).go();
    cluster.begin("update", app("2")).go().pass(59).go();
    assert_eq!(cluster.answering(), "blue");
    assert_eq!(cluster.last.recheck_after_milliseconds, Some(1_000));
    cluster.pass(1).go();
    assert_eq!(cluster.answering(), "green");
}

#[test]
fn a_pause_holds_an_automatic_promotion_until_it_is_resumed() {
    let mut cluster = live();
    cluster.begin("pause", app("2")).go().pass(10_000).go();
    assert_eq!(cluster.answering(), "blue");
    cluster.begin("resume", app("2")).go();
    assert_eq!(cluster.answering(), "green");
}

#[test]
fn a_stack_that_is_not_ready_in_time_goes_and_the_old_one_answers_on() {
    let mut cluster = live();
    cluster.is_well = false;
    cluster.begin("update", app("2")).go().pass(600).go();
    let Outcome::Failed(failure) = &cluster.last.outcome else { panic!("{}", cluster.words()) };
    assert_eq!(failure.code, "progress-deadline-exceeded");
    assert!(cluster.get("Deployment", "web-green").is_some(), "its logs can be read");
    cluster.pass(30).go();
    assert_eq!(cluster.names(), ONE_STACK);
    assert_eq!(cluster.answering(), "blue");
    cluster.pass(10_000).go();
    assert_eq!(cluster.names(), ONE_STACK, "it does not come back by itself");
}

#[test]
fn a_task_that_has_failed_is_not_waited_for_and_the_old_stack_answers_on() {
    let mut cluster = live();
    cluster.is_well = false;
    let mut wanted = app("2");
    wanted.push(json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "migrate"},
        "spec": {"template": {"spec": {"containers": []}}}}));
    cluster.begin("update", wanted).go();
    assert!(matches!(cluster.last.outcome, Outcome::Wait(_)), "{}", cluster.words());
    let job = cluster.objects.iter_mut().find(|it| it.object["kind"] == "Job").unwrap();
    job.health = Health::Degraded;
    cluster.go();
    let Outcome::Failed(failure) = &cluster.last.outcome else { panic!("{}", cluster.words()) };
    assert_eq!(failure.code, "job-failed");
    assert_eq!(cluster.answering(), "blue");
    cluster.pass(30).go();
    assert!(cluster.get("Deployment", "web-green").is_none(), "the new stack goes");
}

#[test]
fn a_third_revision_takes_the_place_of_the_one_in_preview() {
    let mut cluster = by_hand();
    cluster.begin("update", app("2")).go();
    cluster.begin("update", app("3")).go();
    assert_eq!(cluster.answering(), "blue");
    assert_eq!(cluster.get("ConfigMap", "web-green").unwrap()["data"]["version"], "3");
    assert_eq!(cluster.get("ConfigMap", "web-blue").unwrap()["data"]["version"], "1");
}

#[test]
fn a_step_that_was_lost_in_the_middle_of_the_switch_is_finished() {
    let mut cluster = live();
    let two = |version: &str| {
        let mut objects = app(version);
        let mut other = objects[2].clone();
        other["metadata"]["name"] = "admin".into();
        objects.push(other);
        objects
    };
    cluster.begin("update", two("1")).go();
    cluster.begin("update", two("2"));
    while cluster.answering() == "blue" {
        cluster.once();
    }
    let admin = cluster.objects.iter_mut().find(|it| it.object["metadata"]["name"] == "admin");
    admin.unwrap().object["spec"]["selector"][STACK] = "blue".into();
    cluster.go();
    assert!(cluster.is_done());
    let admin = cluster.get("Service", "admin").unwrap();
    assert_eq!(admin["spec"]["selector"][STACK], cluster.answering().as_str());
}

#[test]
fn a_service_that_somebody_deleted_comes_back_without_a_new_stack() {
    let mut cluster = live();
    cluster.begin("update", app("2")).go().pass(30).go();
    let with_two = cluster.names();
    cluster.objects.retain(|it| it.object["kind"] != "Service");
    cluster.go();
    assert_eq!(cluster.names(), with_two);
    assert_eq!(cluster.answering(), "green");
}

#[test]
fn what_answers_is_made_again_while_another_stack_waits_and_after_it_was_given_up() {
    let mut cluster = by_hand();
    cluster.begin("update", app("2")).go();
    for name in ["Service web", "Deployment web-blue", "Ingress web", "ConfigMap web-blue"] {
        let (kind, name) = name.split_once(' ').unwrap();
        cluster.delete(kind, name).go();
        assert_eq!(cluster.answering(), "blue", "{kind} {name} was deleted");
        assert!(cluster.get(kind, name).is_some(), "{kind} {name} is there again");
    }
    assert_eq!(cluster.get("ConfigMap", "web-blue").unwrap()["data"]["version"], "1");
    assert!(!cluster.is_done(), "nobody has promoted");
    cluster.begin("promote", app("2")).go();
    assert_eq!(cluster.answering(), "green");

    let mut cluster = live();
    cluster.is_well = false;
    cluster.begin("update", app("2")).go().pass(600).go().pass(30).go();
    cluster.is_well = true;
    cluster.delete("Service", "web").go();
    cluster.delete("Deployment", "web-blue").go();
    assert_eq!(cluster.names(), ONE_STACK);
    assert_eq!(cluster.answering(), "blue");
}

#[test]
fn a_service_of_another_name_waits_for_the_new_stack_as_the_others_do() {
    let renamed = |version: &str| {
        let mut objects = app(version);
        for object in &mut objects {
            match object["kind"].as_str() {
                Some("Service") => object["metadata"]["name"] = "front".into(),
                Some("Ingress") => {
                    let path = &mut object["spec"]["rules"][0]["http"]["paths"][0];
                    path["backend"]["service"]["name"] = "front".into();
                }
                _ => {}
            }
        }
        objects
    };
    let mut cluster = live();
    cluster.is_well = false;
    cluster.begin("update", renamed("2")).go();
    assert_eq!(cluster.answering(), "blue");
    assert!(cluster.get("Service", "front").is_none(), "nobody is sent to what is not ready");
    heal(&mut cluster);
    cluster.go().pass(30).go();
    assert!(cluster.is_done(), "{}", cluster.words());
    assert_eq!(
        cluster.names(),
        ["ConfigMap web-green", "Deployment web-green", "Ingress web", "Service front"]
    );
}

#[test]
fn an_app_without_services_waits_for_its_promotion_too() {
    let worker = |version: &str| {
        let mut objects = app(version);
        objects.retain(|it| it["kind"] != "Service" && it["kind"] != "Ingress");
        objects
    };
    let mut cluster = Cluster::new().with(|it| it.auto_promotion_enabled = false);
    cluster.begin("create", worker("1")).go();
    assert!(cluster.is_done(), "{}", cluster.words());
    cluster.begin("update", worker("2")).go();
    assert!(!cluster.is_done(), "nobody has promoted");
    assert!(cluster.get("Deployment", "web-blue").is_some());
    cluster.begin("promote", worker("2")).go().pass(30).go();
    assert!(cluster.is_done(), "{}", cluster.words());
    assert_eq!(cluster.names(), ["ConfigMap web-green", "Deployment web-green"]);
    cluster.begin("restart", worker("2")).go();
    assert!(cluster.is_done(), "{}", cluster.words());
}

#[test]
fn after_a_promotion_that_was_late_the_deadline_begins_anew() {
    let mut cluster = live().with(|it| it.auto_promotion_seconds = 900);
    cluster.begin("update", app("2")).go().pass(900);
    while cluster.answering() == "blue" {
        cluster.once();
    }
    ail(&mut cluster);
    cluster.go();
    assert!(matches!(cluster.last.outcome, Outcome::Wait(_)), "{}", cluster.words());
    heal(&mut cluster);
    cluster.go();
    assert!(cluster.is_done(), "{}", cluster.words());
}

#[test]
fn an_archive_wants_nothing_and_keeps_nothing() {
    let mut cluster = live();
    cluster.begin("archive", app("1")).go();
    assert!(cluster.names().is_empty());
}

/// What was made is not ready any more.
fn ail(cluster: &mut Cluster) {
    cluster.is_well = false;
    for seen in cluster.objects.iter_mut().filter(|it| it.object["kind"] == "Deployment") {
        seen.health = Health::Progressing;
    }
}

/// What was made gets healthy.
fn heal(cluster: &mut Cluster) {
    cluster.is_well = true;
    for seen in &mut cluster.objects {
        seen.health = Health::Healthy;
        if let Some(replicas) = seen.object["spec"]["replicas"].as_u64() {
            seen.object["status"]["availableReplicas"] = replicas.into();
        }
    }
}
