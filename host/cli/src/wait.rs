//! Waiting for an operation to end, with its progress on standard error.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use slipway_wire::deployment::Accepted;
use slipway_wire::operation::{Operation, OperationState};

use crate::client::Client;
use crate::error::Error;

/// Whether to wait, and for how long.
#[derive(Clone, Debug, Args)]
pub struct Wait {
    /// Wait until the operation has ended.
    #[arg(short, long)]
    pub wait: bool,
    /// Longest wait, in seconds.
    #[arg(long, default_value_t = 600, value_name = "SECONDS")]
    pub timeout: u64,
}

/// Says what was begun, and waits for its end if asked to.
pub async fn accepted(client: &Client, accepted: &Accepted, wait: &Wait) -> Result<(), Error> {
    let Accepted { deployment, operation } = accepted;
    if !wait.wait {
        eprintln!(
            "{} of {} begun (revision {})",
            operation.kind, deployment.name, deployment.revision
        );
        eprintln!("hint: slipway describe {} shows how it goes", deployment.name);
        return Ok(());
    }
    let ended = until_over(client, &deployment.project, &deployment.name, operation, wait).await?;
    match ended.state {
        OperationState::Succeeded => {
            let seconds = ended.duration_milliseconds.unwrap_or(0) / 100;
            let (whole, tenth) = (seconds / 10, seconds % 10);
            eprintln!("{} of {} done in {whole}.{tenth} s", ended.kind, deployment.name);
            Ok(())
        }
        OperationState::Superseded => {
            Err(Error::Failed(format!("a later operation took the place of this {}", ended.kind)))
        }
        _ => {
            let hint = ended.failure.and_then(|it| it.hint).map(|it| format!("\nhint: {it}"));
            let text =
                format!("{} failed: {}{}", ended.kind, ended.message, hint.unwrap_or_default());
            Err(Error::Failed(text))
        }
    }
}

async fn until_over(
    client: &Client,
    project: &str,
    name: &str,
    begun_as: &Operation,
    wait: &Wait,
) -> Result<Operation, Error> {
    let path = format!("/api/v1/projects/{project}/deployments/{name}/operations/{}", begun_as.id);
    let bar = spinner();
    let begun = Instant::now();
    let mut said = String::new();
    loop {
        let now: Operation = match client.get(&path).await {
            Ok(operation) => operation,
            // A deletion's own record goes with the deployment.
            Err(Error::Problem(problem)) if problem.status == 404 => {
                return Ok(gone(begun_as, begun));
            }
            Err(error) => return Err(error),
        };
        if said != now.message {
            said.clone_from(&now.message);
            match &bar {
                Some(bar) => bar.set_message(said.clone()),
                None => eprintln!("{said}"),
            }
        }
        let over = matches!(
            now.state,
            OperationState::Succeeded | OperationState::Failed | OperationState::Superseded
        );
        if over {
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
            return Ok(now);
        }
        if begun.elapsed() > Duration::from_secs(wait.timeout) {
            return Err(Error::OutOfTime(wait.timeout));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn gone(operation: &Operation, begun: Instant) -> Operation {
    Operation {
        state: OperationState::Succeeded,
        duration_milliseconds: u64::try_from(begun.elapsed().as_millis()).ok(),
        ..operation.clone()
    }
}

/// Something that moves, on a terminal only.
fn spinner() -> Option<ProgressBar> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(120));
    Some(bar)
}
