//! OCI artifacts: the registry that an instance serves, the components in others, and how both are laid out.
//!
//! This room knows no HTTP server: [`local::Local`] has one method for each endpoint of the distribution
//! specification, and whoever serves it maps them. What is signed and by whom is [`signature`]'s; whose keys are believed is
//! said by others.

pub mod digest;
pub mod index;
pub mod layout;
pub mod local;
pub mod name;
pub mod owner;
mod pushed;
pub mod range;
pub mod remote;
pub mod signature;
pub mod source;
pub mod words;
