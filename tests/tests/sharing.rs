//! Components in registries: pushed, pulled and signed without a server, and installed by one that asks whose they are.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod sharing {
    mod anywhere;
    mod cosign;
    mod debian;
    mod grants;
    mod own;
    mod sources;
    mod tokens;
    mod trust;
}
