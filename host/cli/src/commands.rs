//! The commands: one file each.

mod artifact;
mod blueprint;
mod cleanup;
mod cluster;
mod completion;
mod control;
mod delete;
mod deploy;
mod describe;
mod diff;
mod get;
mod healing;
mod health;
mod login;
mod logs;
mod marketplace;
mod operate;
mod operation;
mod plugin;
mod project;
mod rollout;
mod scale;
mod token;
mod trust;
mod update;
mod user;
mod values;
mod volume;
mod whoami;

use std::process::ExitCode;

use clap::Subcommand;

use crate::client::{Client, Reach};
use crate::error::Error;

/// Commands that talk to a server.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign in to a server, or make its first account with a setup link.
    Login(login::Login),
    /// Say who is signed in, and where.
    Whoami(whoami::Whoami),
    /// Make, list and choose projects, and let people in.
    Project(project::Project),
    /// Look at the catalogue; push and pull blueprints.
    #[command(alias = "blueprints")]
    Blueprint(blueprint::Blueprint),
    /// Make a deployment from a blueprint.
    Deploy(deploy::Deploy),
    /// Change values of a deployment.
    Update(update::Update),
    /// List deployments, revisions, operations, objects or events.
    Get(get::Get),
    /// Judge any Kubernetes objects from a file, without a server.
    Health(health::Health),
    /// Show everything about a deployment.
    Describe(describe::Describe),
    /// Print what a deployment's pods say.
    Logs(logs::Logs),
    /// Show what a change would do, or what two revisions differ in.
    Diff(diff::Diff),
    /// Look at a rollout; promote, abort, pause, resume or undo it.
    Rollout(rollout::Rollout),
    /// List control plugins, and give a deployment another one.
    Control(control::Control),
    /// Switch healing of a deployment on or off.
    Healing(healing::Healing),
    /// Set the number of replicas.
    Scale(scale::Scale),
    /// Restart what runs.
    Restart(operate::Operate),
    /// Remove everything of a deployment but its volumes, settings and history.
    Archive(operate::Operate),
    /// Bring an archived deployment live again.
    Restore(operate::Operate),
    /// Delete an archived deployment for good, with its volumes.
    Cleanup(operate::Removal),
    /// Delete a deployment; its volumes stay.
    Delete(operate::Removal),
    /// List and delete volumes, also of deployments that are deleted.
    #[command(alias = "volumes")]
    Volume(volume::Volume),
    /// Take out what was recorded of an operation, and run it again without its cluster.
    Operation(operation::Operation),
    /// Add, list and remove clusters.
    Cluster(cluster::Cluster),
    /// Look for blueprints and plugins in all sources; share and subscribe.
    #[command(alias = "market")]
    Marketplace(marketplace::Marketplace),
    /// Install and list plugins; make, push, pull and sign them.
    Plugin(plugin::Plugin),
    /// Say whose plugins are taken from which source.
    Trust(trust::Trust),
    /// Make, list and revoke API tokens.
    Token(token::Token),
    /// Make and list accounts.
    User(user::User),
    /// Print completions for a shell.
    Completion(completion::Completion),
}

/// Runs a command; what went wrong is on standard error, and in the exit code.
pub async fn run(command: Command) -> ExitCode {
    match dispatch(command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            if let Error::Problem(problem) = &error
                && problem.errors.len() > 1
            {
                for entry in &problem.errors {
                    eprintln!("  {}: {}", entry.field, entry.message);
                }
            }
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            error.code()
        }
    }
}

async fn dispatch(command: Command) -> Result<ExitCode, Error> {
    let done = |()| ExitCode::SUCCESS;
    match command {
        Command::Login(it) => login::login(it).await.map(done),
        Command::Whoami(it) => whoami::whoami(it).await.map(done),
        Command::Project(it) => project::project(it).await.map(done),
        Command::Blueprint(it) => blueprint::blueprint(it).await.map(done),
        Command::Deploy(it) => deploy::deploy(it).await.map(done),
        Command::Update(it) => update::update(it).await.map(done),
        Command::Get(it) => get::get(it).await.map(done),
        Command::Health(it) => health::health(&it),
        Command::Describe(it) => describe::describe(it).await.map(done),
        Command::Logs(it) => logs::logs(it).await.map(done),
        Command::Diff(it) => diff::diff(it).await,
        Command::Rollout(it) => rollout::rollout(it).await.map(done),
        Command::Control(it) => control::control(it).await.map(done),
        Command::Healing(it) => healing::healing(it).await.map(done),
        Command::Scale(it) => scale::scale(it).await.map(done),
        Command::Restart(it) => operate::operate("restart", it).await.map(done),
        Command::Archive(it) => operate::operate("archive", it).await.map(done),
        Command::Restore(it) => operate::operate("restore", it).await.map(done),
        Command::Cleanup(it) => cleanup::cleanup(it).await.map(done),
        Command::Delete(it) => delete::delete(it).await.map(done),
        Command::Volume(it) => volume::volume(it).await.map(done),
        Command::Operation(it) => operation::operation(it).await,
        Command::Cluster(it) => cluster::cluster(it).await.map(done),
        Command::Marketplace(it) => marketplace::marketplace(it).await.map(done),
        Command::Plugin(it) => plugin::plugin(it).await,
        Command::Trust(it) => trust::trust(it).await.map(done),
        Command::Token(it) => token::token(it).await.map(done),
        Command::User(it) => user::user(it).await.map(done),
        Command::Completion(it) => completion::completion(&it).map(done),
    }
}

fn client(reach: &Reach) -> Result<Client, Error> {
    Client::new(reach)
}
