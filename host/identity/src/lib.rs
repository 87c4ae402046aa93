//! Proving who someone is: passwords, secrets that are handed out once, and short-lived access tokens.
//!
//! Pure but for randomness: it reads no clock and keeps nothing.

pub mod access_token;
pub mod password;
pub mod secret;
