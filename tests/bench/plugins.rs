//! `cargo xtask bench plugins`: what a plugin costs, by the language that it is written in, beside the same logic as a process and natively.
//!
//! All in this one process.

#![allow(clippy::panic, reason = "a wrong answer ends a measurement")]
#![allow(clippy::cast_precision_loss, reason = "figures are far below 2^53")]

#[path = "figures.rs"]
mod figures;
#[path = "plugins/guest.rs"]
mod guest;
#[path = "plugins/without.rs"]
mod without;

use std::io::Write as _;

use anyhow::Result;

use crate::figures::Table;
use crate::guest::GUESTS;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    // The process that a script would be is this program.
    if std::env::args().any(|it| it == without::AS_PROCESS) {
        return without::serve();
    }
    let mut table = Table::headed(["what", "time of one", "in all", "component"]);
    for guest in GUESTS {
        if guest.is_built() {
            guest.measure(&mut table).await?;
        } else {
            eprintln!("skipped: {}: it is not built; `cargo xtask guests` says why", guest.name);
        }
    }
    without::measure(&mut table)?;
    std::io::stdout().write_all(table.to_string().as_bytes())?;
    Ok(())
}
