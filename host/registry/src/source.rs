//! Where offers come from, as an admin writes it: a namespace of a registry, an index on the web, or one in Git.

use std::fmt;
use std::str::FromStr;

use slipway_model::image::is_host;

/// A place that offers are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `ghcr.io/team`: a namespace, or one repository.
    Registry(String),
    /// A document on the web.
    Index(String),
    /// A document in a repository of Git.
    Git {
        /// As `git clone` takes it.
        url: String,
        /// From the top of the repository.
        path: String,
        /// None: the repository's own.
        branch: Option<String>,
    },
}

/// The text is none of them.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no source; write a namespace of a registry (ghcr.io/team), the address of an index or of another Slipway \
     (https://slipway.example.org), or git+https://HOST/REPOSITORY.git//PATH#BRANCH"
)]
pub struct Malformed(pub String);

/// Below the address of an instance.
const OF_AN_INSTANCE: &str = "/api/v1/marketplace/index";
/// What is read of Git where no path is said.
const PATH: &str = "slipway-index.yaml";

impl Source {
    /// The word for what it is.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Registry(_) => "registry",
            Self::Index(_) => "index",
            Self::Git { .. } => "git",
        }
    }

    /// `host:port` of the address, by which credentials are found.
    pub fn host(&self) -> &str {
        match self {
            Self::Registry(place) => place.split('/').next().unwrap_or_default(),
            Self::Index(url) | Self::Git { url, .. } => host_of(url).unwrap_or_default(),
        }
    }
}

impl FromStr for Source {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let wrong = || Malformed(text.to_owned());
        if text.chars().any(|it| it.is_whitespace() || it.is_control()) || text.len() > 1000 {
            return Err(wrong());
        }
        if let Some(address) = text.strip_prefix("git+") {
            return git(address).ok_or_else(wrong);
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            let host = host_of(text).ok_or_else(wrong)?;
            let (_, rest) = text.split_once(host).unwrap_or_default();
            let is_instance = rest.trim_end_matches('/').is_empty();
            let url = text.trim_end_matches('/');
            let url = if is_instance { format!("{url}{OF_AN_INSTANCE}") } else { text.to_owned() };
            return Ok(Self::Index(url));
        }
        let place = text.trim_end_matches('/');
        let (host, rest) = place.split_once('/').unwrap_or((place, ""));
        let is_name = rest.is_empty() || rest.parse::<crate::name::Repository>().is_ok();
        if is_host(host) && is_name { Ok(Self::Registry(place.to_owned())) } else { Err(wrong()) }
    }
}

fn git(address: &str) -> Option<Source> {
    let scheme = ["https://", "ssh://", "git://", "http://"];
    if !scheme.iter().any(|it| address.starts_with(it)) {
        return None;
    }
    host_of(address)?;
    let (address, branch) = match address.split_once('#') {
        Some((address, branch)) => (address, Some(branch)),
        None => (address, None),
    };
    let begin = address.find("://")? + 3;
    let (url, path) = match address[begin..].find("//") {
        Some(at) => (&address[..begin + at], &address[begin + at + 2..]),
        None => (address, PATH),
    };
    let fits = |it: &str| {
        let character = |it: char| it.is_ascii_alphanumeric() || "._-/".contains(it);
        !it.is_empty()
            && !it.starts_with(['-', '/'])
            && it.chars().all(character)
            && !it.contains("..")
    };
    let is_good = fits(path) && branch.is_none_or(fits);
    is_good.then(|| Source::Git {
        url: url.to_owned(),
        path: path.to_owned(),
        branch: branch.map(str::to_owned),
    })
}

/// Without a user and password: those do not belong into an address that everybody reads.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    // ssh takes a user name, which is no secret.
    let name = if url.starts_with("ssh://") { host.rsplit('@').next()? } else { host };
    (!name.is_empty() && !name.contains('@')).then_some(name)
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registry(place) => f.write_str(place),
            Self::Index(url) => f.write_str(url),
            Self::Git { url, path, branch } => {
                write!(f, "git+{url}//{path}")?;
                branch.iter().try_for_each(|it| write!(f, "#{it}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Option<(String, String)> {
        let source = text.parse::<Source>().ok()?;
        Some((source.word().to_owned(), source.to_string()))
    }

    #[test]
    fn each_source_is_known_by_how_it_is_written() {
        for (text, kind, whole) in [
            ("ghcr.io/team", "registry", "ghcr.io/team"),
            ("localhost:5000", "registry", "localhost:5000"),
            ("https://a.example/i.yaml", "index", "https://a.example/i.yaml"),
            ("https://a.example/", "index", "https://a.example/api/v1/marketplace/index"),
            (
                "git+https://a.example/b.git",
                "git",
                "git+https://a.example/b.git//slipway-index.yaml",
            ),
            (
                "git+ssh://git@a.example/b//c/d.yaml#main",
                "git",
                "git+ssh://git@a.example/b//c/d.yaml#main",
            ),
        ] {
            assert_eq!(written(text), Some((kind.to_owned(), whole.to_owned())), "{text}");
        }
        let source: Source = "git+git://127.0.0.1:9418/b.git//x.yaml".parse().unwrap();
        assert_eq!(source.host(), "127.0.0.1:9418");
    }

    #[test]
    fn what_could_be_an_option_a_local_file_or_a_password_is_none() {
        for text in [
            "team",
            "",
            "ghcr.io/Team",
            "https://",
            "https://me:pw@a.example/x",
            "git+file:///etc/passwd",
            "git+https://a.example/b.git//../../etc",
            "git+https://a.example/b.git//x#--upload-pack=x",
            "git+ext::sh",
            "a.example/x y",
            "https://a.example/x\ny",
        ] {
            assert_eq!(written(text), None, "{text}");
        }
    }
}
