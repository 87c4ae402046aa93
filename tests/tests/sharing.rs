//! Components in registries that are not ours: pushed, pulled, signed, by the command line without a server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod sharing {
    mod anywhere;
    mod debian;
    mod own;
    mod tokens;
}
