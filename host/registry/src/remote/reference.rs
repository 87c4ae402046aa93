//! Where a reference leads: through mirrors, by HTTPS unless plain HTTP is safe or wanted.

use std::net::IpAddr;

use oci_client::Reference;

use super::{Error, Settings};

/// A reference with its mirror in place.
pub(super) struct Place {
    pub reference: Reference,
    pub plain_http: bool,
    /// What somebody wrote, for what is said to them.
    pub asked: String,
}

impl Place {
    pub fn registry(&self) -> &str {
        self.reference.registry()
    }

    /// The digest, or else the tag.
    pub fn target(&self) -> &str {
        self.reference.digest().or_else(|| self.reference.tag()).unwrap_or("latest")
    }

    /// Another manifest of the same repository.
    pub fn with_digest(&self, digest: &str) -> Self {
        self.with(|registry, name| Reference::with_digest(registry, name, digest.to_owned()))
    }

    /// What a tag of the same repository names.
    pub fn with_tag(&self, tag: String) -> Self {
        self.with(|registry, name| Reference::with_tag(registry, name, tag))
    }

    fn with(&self, make: impl FnOnce(String, String) -> Reference) -> Self {
        let repository = self.reference.repository().to_owned();
        Self {
            reference: make(self.registry().to_owned(), repository),
            plain_http: self.plain_http,
            asked: self.asked.clone(),
        }
    }
}

pub(super) fn place(text: &str, settings: &Settings) -> Result<Place, Error> {
    let written = text.to_owned();
    let asked: Reference =
        text.parse().map_err(|source| Error::Reference { reference: text.into(), source })?;
    let Some(base) = settings.mirrors.get(asked.registry()) else {
        let registry = asked.registry();
        let is_near = is_loopback(registry) && !settings.tls.contains(registry);
        let plain_http = is_near || settings.plain_http.contains(registry);
        return Ok(Place { reference: asked, plain_http, asked: written });
    };
    let (plain_http, host) = match (base.strip_prefix("http://"), base.strip_prefix("https://")) {
        (Some(host), _) => (true, host),
        (_, Some(host)) => (false, host),
        _ => return Err(Error::Mirror { registry: asked.registry().into(), base: base.clone() }),
    };
    let host = host.trim_end_matches('/').to_owned();
    if host.is_empty() || host.contains('/') {
        return Err(Error::Mirror { registry: asked.registry().into(), base: base.clone() });
    }
    let repository = asked.repository().to_owned();
    let reference = match (asked.digest(), asked.tag()) {
        (Some(digest), _) => Reference::with_digest(host, repository, digest.into()),
        (None, tag) => Reference::with_tag(host, repository, tag.unwrap_or("latest").into()),
    };
    Ok(Place { reference, plain_http, asked: written })
}

pub(super) fn is_loopback(registry: &str) -> bool {
    let host = match registry.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => host,
        _ => registry,
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reference: &str, registry: &str, plain_http: bool) {
        let mirrors = [("slipway.local".to_owned(), "http://127.0.0.1:7474/".to_owned())];
        let settings = Settings { mirrors: mirrors.into(), ..Settings::default() };
        let place = place(reference, &settings).unwrap();
        assert_eq!((place.reference.registry(), place.plain_http), (registry, plain_http));
    }

    #[test]
    fn mirrors_stand_in_and_only_loopback_is_plain() {
        check("slipway.local/hello:1", "127.0.0.1:7474", true);
        check("registry.example/hello:1", "registry.example", false);
        check("localhost:5000/hello:1", "localhost:5000", true);
        check("127.0.0.9:80/hello:1", "127.0.0.9:80", true);
        check("10.0.0.1:80/hello:1", "10.0.0.1:80", false);
    }

    #[test]
    fn a_pinned_reference_keeps_its_digest_through_a_mirror() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let mirrors = [("m.example".to_owned(), "https://n.example".to_owned())];
        let settings = Settings { mirrors: mirrors.into(), ..Settings::default() };
        let place = place(&format!("m.example/a@{digest}"), &settings).unwrap();
        assert_eq!(place.reference.digest(), Some(digest.as_str()));
        assert!(!place.plain_http);
    }
}
