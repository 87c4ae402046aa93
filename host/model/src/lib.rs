//! Words and rules of Slipway, pure: no input or output, no clock, no runtime.

pub mod access;
pub mod cluster;
pub mod diff;
pub mod digest;
pub mod grant;
pub mod healing;
pub mod health;
pub mod image;
pub mod name;
pub mod object;
pub mod operation;
pub mod page;
pub mod phase;
pub mod plan;
pub mod pointer;
pub mod project;
pub mod quantity;
pub mod recording;
pub mod rollout;
pub mod search;
pub mod secret;
pub mod situation;
pub mod transition;
pub mod update;
pub mod values;
pub mod vet;
