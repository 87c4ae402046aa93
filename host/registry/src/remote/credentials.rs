//! How to come in at a registry: what was given, or else what docker's configuration knows.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{MutexGuard, PoisonError};

use docker_credential::{CredentialRetrievalError, DockerCredential};

use super::pass::Credentials;
use super::{Error, Remote};

/// What helpers answer where they know none (docker-credential-helpers, `ErrCredentialsNotFound`).
const NONE_KNOWN: &str = "credentials not found";
/// Under which name docker keeps those of its own hub.
const HUB: &str = "https://index.docker.io/v1/";

impl Remote {
    pub(super) async fn credentials(&self, registry: &str) -> Result<Option<Credentials>, Error> {
        match self.settings.credentials.get(registry) {
            Some(given) => Ok(Some(given.clone())),
            None => self.looked_up(registry).await,
        }
    }

    async fn looked_up(&self, registry: &str) -> Result<Option<Credentials>, Error> {
        let Some(path) = self.settings.docker_config.clone() else { return Ok(None) };
        if let Some(known) = self.memory().get(registry) {
            return Ok(known.clone());
        }
        let name = registry.to_owned();
        let found = tokio::task::spawn_blocking(move || look_up(&path, &name)).await;
        let found = found.unwrap_or_else(|_| {
            Err(Error::Credentials {
                registry: registry.into(),
                reason: "reading them was interrupted".into(),
            })
        })?;
        self.memory().insert(registry.to_owned(), found.clone());
        Ok(found)
    }

    fn memory(&self) -> MutexGuard<'_, BTreeMap<String, Option<Credentials>>> {
        self.looked_up.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn look_up(path: &Path, registry: &str) -> Result<Option<Credentials>, Error> {
    use CredentialRetrievalError as Why;
    let name = if registry == "docker.io" { HUB } else { registry };
    let refused = |reason: &str| Error::Credentials {
        registry: registry.to_owned(),
        reason: reason.to_owned(),
    };
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(&format!("{}: {error}", path.display()))),
    };
    let found = docker_credential::get_credential_from_reader(std::io::BufReader::new(file), name);
    match found {
        Ok(DockerCredential::UsernamePassword(user, password)) => Ok(Some((user, password))),
        Ok(DockerCredential::IdentityToken(_)) => Err(refused(
            "it holds an identity token, which is not understood here; give --username and a password",
        )),
        Err(Why::NoCredentialConfigured | Why::ConfigNotFound) => Ok(None),
        Err(Why::HelperFailure { stdout, .. }) if stdout.contains(NONE_KNOWN) => Ok(None),
        // What a helper printed may hold a secret, so it is not repeated.
        Err(Why::HelperFailure { helper, .. }) => {
            Err(refused(&format!("{helper} ended with an error; run it by hand to see which")))
        }
        Err(Why::HelperCommunicationError) => {
            Err(refused("the helper that it names cannot be started; is it on the PATH?"))
        }
        Err(Why::MalformedHelperResponse) => Err(refused("its helper answers nonsense")),
        Err(Why::CredentialDecodingError) => {
            Err(refused("an auth in it is no base64 of user:password"))
        }
        Err(Why::CredentialMismatchError) => {
            Err(refused("its auth says another than its username and password"))
        }
        Err(Why::ConfigReadError) => Err(refused("config.json is no JSON of docker's form")),
    }
}
