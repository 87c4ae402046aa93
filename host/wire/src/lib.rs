//! The words of the public API: request and response types, and nothing that decides.

pub mod access;
pub mod catalogue;
pub mod deployment;
pub mod live;
pub mod market;
pub mod operation;
pub mod page;
pub mod problem;
pub mod project;
pub mod volume;
