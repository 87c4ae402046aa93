//! What can be done with objects: one file for each verb.

pub(crate) mod bind;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod modify;
pub(crate) mod read;
pub(crate) mod watch;
