//! How the processes tell what they do: log lines on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Begins to log; `RUST_LOG` sets how much.
pub fn begin(format: Option<&str>) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,kube_runtime=error,kube_client=error"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let is_json = format.map_or(!std::io::stderr().is_terminal(), |it| it == "json");
    if is_json {
        builder.json().init();
    } else {
        builder.compact().with_target(false).init();
    }
}

/// Milliseconds since 1970. The one clock of the host.
pub fn now() -> u64 {
    let now = jiff::Timestamp::now().as_millisecond();
    u64::try_from(now).unwrap_or_default()
}
