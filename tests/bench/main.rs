//! `cargo xtask bench main`: the budgets of the main job (DESIGN part 8), each beside its bar and a floor.
//!
//! Figures, not tests: nothing here fails for being slow. What does fail is a host that gives wrong answers.

#![allow(clippy::panic, reason = "a wrong answer ends a measurement")]
#![allow(clippy::cast_precision_loss, reason = "figures are far below 2^53")]

#[path = "calls.rs"]
mod calls;
#[path = "figures.rs"]
mod figures;
#[path = "host.rs"]
mod host;
#[path = "page.rs"]
mod page;

use crate::figures::Table;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    // `cargo bench` passes flags of its own.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
    slipway_tests::use_release_binary();
    let mut table = Table::headed(["what", "measured", "floor or peer, same run", "bar"]);
    if is_wanted("calls") {
        calls::measure(&mut table).await?;
    }
    if is_wanted("host") {
        host::measure(&mut table).await?;
    }
    if is_wanted("page") {
        page::measure(&mut table).await?;
    }
    println!("{table}");
    Ok(())
}
