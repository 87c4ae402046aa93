//! The `slipway` binary: reads its configuration, joins the rooms, starts and stops. It decides nothing.

mod bundle;
mod connector;
mod down;
mod guard;
mod join;
mod node;
mod options;
mod products;
mod serve;
mod telling;
mod workshop;

use std::process::ExitCode;

use clap::Parser;

use crate::options::{Command, Options};

fn main() -> ExitCode {
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nothing else installs a provider");
    let options = Options::parse();
    let runtime = match runtime(&options.command) {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the async runtime does not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = match options.command {
        Command::Up(up) => runtime.block_on(join::up(up)),
        Command::Down(down) => down::down(&down),
        Command::Node(node) => runtime.block_on(node::run(node)),
        Command::CompilePlugin => return slipway_engine::compile_for_another(),
        Command::Product(product) => products::print(&product),
        Command::Client(client) => return runtime.block_on(slipway_cli::run(client)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A command of the client needs no more than one thread; a server has two for requests.
fn runtime(command: &Command) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = match command {
        Command::Up(_) | Command::Node(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    builder.enable_all().build()
}
