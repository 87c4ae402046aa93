//! End to end: the binary from outside, on its embedded cluster.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod e2e {
    mod access;
    mod bad_input;
    mod blue_green;
    mod compiling;
    mod disk;
    mod flaky;
    mod healing;
    mod hostile;
    mod kubectl;
    mod main_job;
    mod marketplace;
    mod presets;
    mod rehearsal;
    mod replay;
    mod restart;
    mod secrets;
    mod sign_in;
    mod streams;
    mod swap;
    mod task;
    mod volumes;
}
