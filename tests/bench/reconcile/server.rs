//! What the API server itself counts: requests by verb, those of its own and of other programs left out by asking
//! before and after a time in which only the host is at work.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};

async fn metrics(client: &kube::Client) -> Result<String> {
    Ok(client.request_text(http::Request::get("/metrics").body(Vec::new())?).await?)
}

/// What a work gives, and the processor time that the API server takes meanwhile, in seconds.
pub async fn beside<T>(
    client: &kube::Client,
    work: impl Future<Output = Result<T>>,
) -> Result<(T, f64)> {
    let begun = cpu_seconds(client).await?;
    let done = work.await?;
    Ok((done, cpu_seconds(client).await? - begun))
}

/// Processor time that the API server has taken since it began.
async fn cpu_seconds(client: &kube::Client) -> Result<f64> {
    let text = metrics(client).await?;
    let mut lines = text.lines();
    let told = lines.find_map(|it| it.strip_prefix("process_cpu_seconds_total "));
    Ok(told.context("the API server does not tell its processor time")?.parse()?)
}

/// Requests by verb: `LIST`, `WATCH`, `POST`, ...
#[derive(Clone, Debug, Default)]
pub struct Requests(BTreeMap<String, u64>);

impl Requests {
    /// All since the server began, but for what its parts ask among themselves: leases, and requests about itself.
    pub async fn read(client: &kube::Client) -> Result<Self> {
        let text = metrics(client).await?;
        let mut requests = BTreeMap::new();
        for line in text.lines().filter(|it| it.starts_with("apiserver_request_total{")) {
            let label = |name: &str| {
                let from = line.split_once(&format!("{name}=\""))?.1;
                Some(from.split_once('"')?.0.to_owned())
            };
            let resource = label("resource").unwrap_or_default();
            if resource.is_empty() || resource == "leases" {
                continue;
            }
            // Prometheus writes large counts as 1.2e+06; such a server has other worries.
            let count = line.rsplit_once(' ').and_then(|it| it.1.parse::<u64>().ok());
            *requests.entry(label("verb").unwrap_or_default()).or_default() +=
                count.unwrap_or_default();
        }
        Ok(Self(requests))
    }

    /// Without so many lists, which are those of whoever measures.
    #[must_use]
    pub fn without_lists(mut self, count: u64) -> Self {
        if let Some(lists) = self.0.get_mut("LIST") {
            *lists = lists.saturating_sub(count);
        }
        self
    }

    /// Those that came since.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let new = |(verb, count): (&String, &u64)| {
            let new = count - before.0.get(verb).copied().unwrap_or_default().min(*count);
            (new > 0).then(|| (verb.clone(), new))
        };
        Self(self.0.iter().filter_map(new).collect())
    }
}

impl fmt::Display for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let writes = ["POST", "PUT", "PATCH", "APPLY", "DELETE"];
        let count = |verb: &str| self.0.get(verb).copied().unwrap_or_default();
        let written: u64 = writes.iter().map(|it| count(it)).sum();
        write!(
            f,
            "{written} writes, {} lists, {} watches, {} gets",
            count("LIST"),
            count("WATCH"),
            count("GET")
        )
    }
}
