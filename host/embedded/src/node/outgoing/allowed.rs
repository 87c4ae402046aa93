//! The hosts that a pod names.

use http::Uri;

/// Origins: scheme, host or `*.` and a domain, port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allowed(Vec<Origin>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: Host,
    port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Exactly(String),
    /// Any name below this one.
    Below(String),
}

/// An entry that names no origin.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no origin; write https://host, http://host:port or https://*.domain")]
pub(crate) struct Malformed(String);

impl Allowed {
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let entries = text.split([',', ' ', '\n']).filter(|it| !it.is_empty());
        entries.map(origin).collect::<Result<_, _>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn permit(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return false };
        let host = host.to_ascii_lowercase();
        let Some(port) = uri.port_u16().or(standard_port(scheme)) else { return false };
        self.0.iter().any(|it| it.scheme == scheme && it.port == port && it.host.is(&host))
    }
}

impl Host {
    fn is(&self, host: &str) -> bool {
        match self {
            Self::Exactly(name) => name == host,
            Self::Below(domain) => {
                host.strip_suffix(domain).is_some_and(|it| it.len() > 1 && it.ends_with('.'))
            }
        }
    }
}

fn origin(text: &str) -> Result<Origin, Malformed> {
    let malformed = || Malformed(text.to_owned());
    let (scheme, rest) = text.split_once("://").ok_or_else(malformed)?;
    let standard = standard_port(scheme).ok_or_else(malformed)?;
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| malformed())?),
        None => (rest, standard),
    };
    let host = host.to_ascii_lowercase();
    let (below, name) = match host.strip_prefix("*.") {
        Some(domain) => (true, domain),
        None => (false, host.as_str()),
    };
    let letter = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '.';
    if name.is_empty() || !name.chars().all(letter) {
        return Err(malformed());
    }
    let host = if below { Host::Below(name.into()) } else { Host::Exactly(name.into()) };
    Ok(Origin { scheme: scheme.to_owned(), host, port })
}

fn standard_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: &str, uri: &str, permitted: bool) {
        let allowed = Allowed::parse(allowed).unwrap();
        assert_eq!(allowed.permit(&uri.parse().unwrap()), permitted, "{allowed:?} {uri}");
    }

    #[test]
    fn only_named_origins_are_permitted() {
        let text = "https://api.example.com, https://*.example.org:8443";
        check(text, "https://api.example.com/path", true);
        check(text, "https://API.example.com:443/", true);
        check(text, "http://api.example.com/", false);
        check(text, "https://api.example.com:8443/", false);
        check(text, "https://a.example.org:8443/", true);
        check(text, "https://example.org:8443/", false);
        check(text, "https://evilexample.org:8443/", false);
        check("", "https://api.example.com/", false);
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in
            ["*", "example.com", "ftp://a", "https://a/b", "https://", "https://*", "https://a:x"]
        {
            assert!(Allowed::parse(text).is_err(), "{text}");
        }
    }
}
