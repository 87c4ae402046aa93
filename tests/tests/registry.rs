//! The registry that an instance serves, from outside: with real clients, by role, through a kill.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod registry {
    mod clients;
    mod oras;
    mod pushing;
    mod shop;
    mod signatures;
    mod who;
    mod wkg;
}
