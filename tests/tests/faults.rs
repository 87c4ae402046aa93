//! Faults of a real cluster: its programs end, hang and come back, what is ours is deleted under us, the way to it is
//! slow, broken or gone. The host outlives all of it, goes on answering people, and everything comes to what is wanted.
//!
//! Runs where `SLIPWAY_TESTBED_KUBECONFIG` names a cluster of `tests/testbed/testbed.sh`; `e2e.sh` starts one.
//! One test at a time: they break what they share.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod faults {
    mod away;
    mod clusters;
    mod deleted;
    mod disk;
    mod programs;
    mod slow;
    mod storms;
    mod watches;

    use std::process::Command;
    use std::time::Duration;

    use slipway_tests::root;

    const PATIENCE: Duration = Duration::from_secs(120);

    /// The cluster's programs, as `testbed.sh` started them.
    fn testbed(verb: &str, part: &str) {
        let script = root().join("tests/testbed/testbed.sh");
        let status = Command::new("bash").arg(script).args([verb, part]).status().unwrap();
        assert!(status.success(), "testbed.sh {verb} {part}");
    }
}
