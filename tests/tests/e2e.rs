//! End to end: the binary from outside, on its embedded cluster.

mod e2e {
    mod access;
    mod bad_input;
    mod disk;
    mod kubectl;
    mod main_job;
    mod restart;
}
