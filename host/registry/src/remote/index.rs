//! Fetching an index: from the web, or from a repository of Git by the program `git`.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use reqwest::{Client, StatusCode, Url, redirect};
use tokio::process::Command;

use super::{Remote, ask, failure, pass, reference};
use crate::index::{Index, Malformed};
use crate::source::Source;

/// An index of thousands of offers with their releases is some megabytes.
const LARGEST_BYTES: u64 = 16 << 20;
const WEB: Duration = Duration::from_secs(30);
const GIT: Duration = Duration::from_secs(120);

/// Why there is no index.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is there, or the connection is not what it should be.
    #[error("{place} cannot be reached: {reason}")]
    Unreachable {
        /// What was asked for.
        place: String,
        /// The cause under all others.
        reason: String,
    },
    /// Words go through the open.
    #[error(
        "{0} is not encrypted; an index is read by https, and by http only from this machine or from a host that the server was \
         started with --registry-plain-http for"
    )]
    Plain(String),
    /// It answered something else than an index.
    #[error("{place} answered {status}")]
    Status {
        /// What was asked for.
        place: String,
        /// What came back.
        status: StatusCode,
    },
    /// More than is read.
    #[error("{0} is larger than the {LARGEST_BYTES} bytes that are read of an index")]
    Large(String),
    /// The program is not there.
    #[error(
        "the program git cannot be started; it is needed for indexes in Git, on the server's PATH"
    )]
    NoGit(#[source] std::io::Error),
    /// It did not get the document.
    #[error("git did not get {place}: {reason}")]
    Git {
        /// What was asked for.
        place: String,
        /// What it said last.
        reason: String,
    },
    /// The document is no index.
    #[error("{place}: {reason}")]
    Malformed {
        /// What was read.
        place: String,
        /// What is wrong.
        #[source]
        reason: Malformed,
    },
    /// How to come in is not known.
    #[error(transparent)]
    Credentials(#[from] super::Error),
}

impl Remote {
    /// The index that a source names; `None` of a namespace in a registry, which has none.
    pub async fn index(&self, source: &Source) -> Result<Option<Index>, Error> {
        let text = match source {
            Source::Registry(_) => return Ok(None),
            Source::Index(url) => self.read_web(url, source.host()).await?,
            Source::Git { url, path, branch } => {
                self.permit_plain(url, source.host())?;
                read_git(url, path, branch.as_deref()).await?
            }
        };
        let place = source.to_string();
        let read = Index::read(&text, source.host());
        read.map(Some).map_err(|reason| Error::Malformed { place, reason })
    }

    async fn read_web(&self, url: &str, host: &str) -> Result<String, Error> {
        self.permit_plain(url, host)?;
        let lost = |error: &reqwest::Error| Error::Unreachable {
            place: url.to_owned(),
            reason: failure::deepest(error),
        };
        let client = self.web(url).map_err(|it| lost(&it))?;
        let mut request = client.get(url);
        // Another instance shows more to whom it knows.
        if let Some(pass) = self.credentials(host).await?.as_ref().and_then(pass::basic) {
            request = request.header(AUTHORIZATION, pass);
        }
        let answer = request.send().await.map_err(|it| lost(&it))?;
        if !answer.status().is_success() {
            return Err(Error::Status { place: url.to_owned(), status: answer.status() });
        }
        let read = ask::up_to(answer, LARGEST_BYTES).await.map_err(|it| lost(&it))?;
        let text = read.ok_or_else(|| Error::Large(url.to_owned()))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Redirects may not lead away from encryption, nor, with credentials, to another host.
    fn web(&self, url: &str) -> reqwest::Result<Client> {
        let from = Url::parse(url).ok();
        let policy = redirect::Policy::custom(move |attempt| {
            let is_fit = attempt.previous().len() < 5
                && from.as_ref().is_some_and(|from| {
                    from.scheme() == attempt.url().scheme()
                        && from.host_str() == attempt.url().host_str()
                });
            if is_fit { attempt.follow() } else { attempt.stop() }
        });
        self.client_builder()?.redirect(policy).timeout(WEB).build()
    }

    fn permit_plain(&self, url: &str, host: &str) -> Result<(), Error> {
        let is_plain = url.starts_with("http://") || url.starts_with("git://");
        let is_known = reference::is_loopback(host) || self.settings.plain_http.contains(host);
        if is_plain && !is_known { Err(Error::Plain(url.to_owned())) } else { Ok(()) }
    }
}

/// The newest commit without its files, and of those only the one.
async fn read_git(url: &str, path: &str, branch: Option<&str>) -> Result<String, Error> {
    let folder = tempfile::tempdir().map_err(Error::NoGit)?;
    let place = format!("{url}//{path}");
    let mut clone = git(folder.path());
    clone.args(["clone", "--quiet", "--depth=1", "--single-branch", "--no-tags", "--no-checkout"]);
    if let Some(branch) = branch {
        clone.args(["--branch", branch]);
    }
    run(clone.args(["--", url, "index"]), &place).await?;
    let mut show = git(&folder.path().join("index"));
    let shown = run(show.args(["cat-file", "blob", &format!("HEAD:{path}")]), &place).await?;
    if shown.stdout.len() as u64 > LARGEST_BYTES {
        return Err(Error::Large(place));
    }
    Ok(String::from_utf8_lossy(&shown.stdout).into_owned())
}

/// It asks nobody for a password, and speaks no protocol by which a repository could run something here.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ALLOW_PROTOCOL", "https:ssh:git:http")
        .env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

async fn run(command: &mut Command, place: &str) -> Result<Output, Error> {
    let failed = |reason: &str| Error::Git { place: place.to_owned(), reason: reason.to_owned() };
    let ended = tokio::time::timeout(GIT, command.output()).await;
    let output = ended.map_err(|_| failed("it took more than two minutes"))?;
    let output = output.map_err(Error::NoGit)?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|it| !it.trim().is_empty()).unwrap_or("it said nothing");
    Err(failed(&last.chars().take(300).collect::<String>()))
}
