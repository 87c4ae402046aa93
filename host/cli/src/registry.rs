//! Registries from the command line: which, how to come in, and what went wrong in words.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use slipway_model::image::is_host;
use slipway_registry::remote::{Remote, Settings};

use crate::error::Error;
use crate::file;

/// How to come in at a registry.
#[derive(Clone, Debug, Default, Args)]
pub struct Door {
    /// User of the registry; docker's configuration by default.
    #[arg(long, env = "SLIPWAY_REGISTRY_USERNAME", value_name = "NAME")]
    username: Option<String>,
    /// Read the password or token from standard input; SLIPWAY_REGISTRY_PASSWORD by default.
    #[arg(long, requires = "username")]
    password_stdin: bool,
    /// Authorities that are believed beside the system's, as PEM; to loopback, TLS is spoken with it.
    #[arg(long, env = "SLIPWAY_REGISTRY_CA_FILE", value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Speak plain HTTP with the registry; to loopback it is spoken anyway.
    #[arg(long)]
    plain_http: bool,
}

/// A reference whose registry is named: nothing goes to a registry that nobody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `registry.example:5000`.
    pub registry: String,
    /// `team/web`.
    pub repository: String,
    /// `1.0.0`, where it is there.
    pub tag: Option<String>,
    /// `sha256:…`, where it is there.
    pub digest: Option<String>,
}

impl Named {
    /// Reads `registry/name`, `registry/name:tag` or `registry/name@digest`.
    pub fn read(text: &str) -> Result<Self, Error> {
        let usage = || {
            Error::Usage(format!(
                "{text:?} names nothing in a registry; write registry.example/team/name:1.0.0"
            ))
        };
        let (registry, rest) = text.split_once('/').ok_or_else(usage)?;
        if !is_host(registry) {
            return Err(usage());
        }
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (rest, None),
        };
        let (repository, tag) = match rest.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag.to_owned())),
            None => (rest, None),
        };
        if repository.is_empty() {
            return Err(usage());
        }
        Ok(Self { registry: registry.into(), repository: repository.into(), tag, digest })
    }

    /// The repository with its registry in front.
    pub fn place(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// The whole, if it says which version.
    pub fn exact(&self) -> Result<String, Error> {
        let place = self.place();
        match (&self.digest, &self.tag) {
            (Some(digest), _) => Ok(format!("{place}@{digest}")),
            (None, Some(tag)) => Ok(format!("{place}:{tag}")),
            (None, None) => Err(Error::Usage(format!(
                "{place} says no version; write {place}:VERSION, and see `slipway plugin list {place}`"
            ))),
        }
    }
}

impl Door {
    /// A client for this registry.
    pub fn open(&self, registry: &str) -> Result<Remote, Error> {
        let docker_config = docker_config();
        let mut settings = Settings { docker_config, ..Settings::default() };
        if let Some(path) = &self.ca_file {
            settings.authorities = file::bytes(path)?;
            if !String::from_utf8_lossy(&settings.authorities).contains("BEGIN CERTIFICATE") {
                let words = format!("{} holds no certificate in PEM", path.display());
                return Err(Error::Usage(words));
            }
        }
        if self.ca_file.is_some() {
            settings.tls.insert(registry.to_owned());
        }
        if self.plain_http {
            settings.plain_http.insert(registry.to_owned());
        }
        if let Some(user) = &self.username {
            settings.credentials.insert(registry.to_owned(), (user.clone(), self.password()?));
        }
        Ok(Remote::new(settings))
    }

    fn password(&self) -> Result<String, Error> {
        if self.password_stdin {
            let mut text = String::new();
            let failed = |source| Error::File { path: "standard input".into(), source };
            std::io::stdin().read_to_string(&mut text).map_err(failed)?;
            return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
        }
        std::env::var("SLIPWAY_REGISTRY_PASSWORD").map_err(|_| {
            Error::Usage(
                "--username takes a password: --password-stdin, or SLIPWAY_REGISTRY_PASSWORD"
                    .into(),
            )
        })
    }
}

/// Where docker and its like keep their logins.
fn docker_config() -> Option<PathBuf> {
    let named = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let home = || directories::BaseDirs::new().map(|it| it.home_dir().join(".docker"));
    Some(named.or_else(home)?.join("config.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_its_registry() {
        let named = Named::read("localhost:5000/team/web:1.0.0").unwrap();
        assert_eq!(
            (named.place().as_str(), named.tag.as_deref()),
            ("localhost:5000/team/web", Some("1.0.0"))
        );
        assert_eq!(named.exact().unwrap(), "localhost:5000/team/web:1.0.0");
        let pinned = Named::read("r.example/web@sha256:0").unwrap();
        assert_eq!(pinned.exact().unwrap(), "r.example/web@sha256:0");
        for bad in ["web:1.0.0", "team/web:1.0.0", "r.example/", "r.example"] {
            assert!(Named::read(bad).is_err(), "{bad}");
        }
        assert!(Named::read("r.example/web").unwrap().exact().is_err());
    }
}
