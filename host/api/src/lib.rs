//! The public HTTP API: routes by noun, problems, event streams, sockets, and the web app.
//!
//! A handler reads, asks the platform, answers. Only this room knows status codes.

mod assets;
mod body;
mod convert;
mod credential;
mod metrics;
mod openapi;
mod problem;
mod registry;
mod router;
mod routes;

pub use openapi::document;
pub use router::{Api, router};
