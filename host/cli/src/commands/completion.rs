//! `slipway completion SHELL`.

use clap::{Args, Subcommand as _};
use clap_complete::Shell;

use super::Command;
use crate::error::Error;

#[derive(Debug, Args)]
pub struct Completion {
    #[arg(value_enum)]
    shell: Shell,
}

#[expect(clippy::unnecessary_wraps, reason = "every command has this signature")]
pub fn completion(completion: &Completion) -> Result<(), Error> {
    let mut program = Command::augment_subcommands(clap::Command::new("slipway"));
    clap_complete::generate(completion.shell, &mut program, "slipway", &mut std::io::stdout());
    Ok(())
}
