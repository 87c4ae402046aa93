//! `cargo xtask up`: from a clone to a running Slipway.

use std::os::unix::process::CommandExt;

use anyhow::Result;

use crate::steps::{cargo, program, root, run};
use crate::{guests, web};

/// Builds guests, web app and binary, then becomes `slipway up`.
pub fn up() -> Result<()> {
    guests::bundle()?;
    web::web()?;
    run("slipway", &mut cargo(&["build", "--bin", "slipway"]))?;
    let mut slipway = program("target/debug/slipway", "", &["up", "--bundle"]);
    slipway.arg(root().join("target/bundle")).args(std::env::args_os().skip(2));
    Err(slipway.exec().into())
}
