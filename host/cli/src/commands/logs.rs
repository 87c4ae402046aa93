//! `slipway logs NAME [-f]`: what the pods say.

use clap::Args;
use futures::StreamExt;
use slipway_wire::deployment::LogLine;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::client;
use crate::client::{Client, Reach};
use crate::error::Error;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Logs {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    /// Go on as lines come.
    #[arg(short, long)]
    follow: bool,
    /// One pod of it.
    #[arg(long)]
    pod: Option<String>,
    #[arg(short, long)]
    container: Option<String>,
    /// Lines from the end of each pod.
    #[arg(long, default_value_t = 100)]
    tail: i64,
    /// Only of the last so many seconds.
    #[arg(long, value_name = "SECONDS")]
    since: Option<i64>,
    /// Of the container before its last restart.
    #[arg(long)]
    previous: bool,
    /// Show when each line was written.
    #[arg(long)]
    timestamps: bool,
    /// Show which pod each line is of.
    #[arg(long)]
    prefix: bool,
}

pub async fn logs(logs: Logs) -> Result<(), Error> {
    let client = client(&logs.reach)?;
    let path = format!("{}/logs", client.deployment(&logs.name)?);
    let query = query(&logs);
    if logs.follow {
        // Makes sure that the sign-in is fresh, and that what is wrong is said in words.
        let _: Vec<LogLine> = client.get(&format!("{path}?tail=0")).await?;
        return follow(&client, &format!("{path}/stream?{query}"), &logs).await;
    }
    let lines: Vec<LogLine> = client.get(&format!("{path}?{query}")).await?;
    lines.iter().for_each(|it| print_line(it, &logs));
    Ok(())
}

fn query(logs: &Logs) -> String {
    let mut query = format!("tail={}&previous={}", logs.tail, logs.previous);
    for (name, value) in [("pod", &logs.pod), ("container", &logs.container)] {
        if let Some(value) = value {
            query.push_str(&format!("&{name}={value}"));
        }
    }
    if let Some(since) = logs.since {
        query.push_str(&format!("&sinceSeconds={since}"));
    }
    query
}

async fn follow(client: &Client, path: &str, logs: &Logs) -> Result<(), Error> {
    let unreachable = |reason: String| Error::Unreachable { url: client.url.clone(), reason };
    // http becomes ws, https becomes wss.
    let url = format!("{}{path}", client.url.replacen("http", "ws", 1));
    let mut request = url.into_client_request().map_err(|it| unreachable(it.to_string()))?;
    if let Some(bearer) = client.bearer() {
        let value = format!("Bearer {bearer}").parse();
        let value = value
            .map_err(|_| Error::Usage("the token holds characters that no header can".into()))?;
        request.headers_mut().insert("authorization", value);
    }
    let connected = tokio_tungstenite::connect_async(request).await;
    let (mut socket, _) = connected.map_err(|it| unreachable(it.to_string()))?;
    while let Some(message) = socket.next().await {
        match message.map_err(|it| unreachable(it.to_string()))? {
            Message::Text(text) => {
                if let Ok(line) = serde_json::from_str::<LogLine>(&text) {
                    print_line(&line, logs);
                }
            }
            Message::Close(_) => break,
            _ => {}
        }
    }
    Ok(())
}

fn print_line(line: &LogLine, logs: &Logs) {
    let LogLine { pod, at, line } = line;
    let prefix = if logs.prefix { format!("[{pod}] ") } else { String::new() };
    let time = if logs.timestamps { format!("{at} ") } else { String::new() };
    println!("{prefix}{time}{line}");
}
