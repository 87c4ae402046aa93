//! The way to the Kubernetes API, which may move: the host picks another port when it starts again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tokio::sync::Notify;

use super::Error;

pub(super) struct Connection {
    path: PathBuf,
    text: String,
    current: Arc<RwLock<Client>>,
    lost: Arc<Notify>,
}

impl Connection {
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let text = read(path)?;
        let current = Arc::new(RwLock::new(connect(path, &text).await?));
        Ok(Self { path: path.into(), text, current, lost: Arc::default() })
    }

    /// A client that follows the API wherever it goes.
    pub fn client(&self) -> Client {
        let (current, lost) = (self.current.clone(), self.lost.clone());
        let send = move |request| {
            let client = current.read().unwrap_or_else(PoisonError::into_inner).clone();
            let lost = lost.clone();
            async move { client.send(request).await.inspect_err(|_| lost.notify_one()) }
        };
        Client::new(tower::service_fn(send), "default")
    }

    /// Waits until a request of anybody has found no API.
    pub async fn lost(&self) {
        self.lost.notified().await;
    }

    /// Reads the kubeconfig again, and goes where it leads if it has changed.
    pub async fn look_again(&mut self) {
        let moved = match read(&self.path) {
            Ok(text) if text == self.text => return,
            Ok(text) => connect(&self.path, &text).await.map(|client| (text, client)),
            Err(error) => Err(error),
        };
        match moved {
            Ok((text, client)) => {
                tracing::info!(path = %self.path.display(), "the kubernetes api has moved");
                self.text = text;
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = client;
            }
            Err(error) => tracing::warn!(%error, "the kubeconfig cannot be used"),
        }
    }
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|source| Error::Kubeconfig { path: path.into(), source: source.into() })
}

async fn connect(path: &Path, text: &str) -> Result<Client, Error> {
    let failed = |source| Error::Kubeconfig { path: path.into(), source };
    let kubeconfig = Kubeconfig::from_yaml(text).map_err(|it| failed(it.into()))?;
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let config = config.map_err(|it| failed(it.into()))?;
    Client::try_from(config).map_err(|it| failed(it.into()))
}
