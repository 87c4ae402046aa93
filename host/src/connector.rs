//! Joins clusters to the platform: the embedded one over memory, others by their kubeconfig.

use std::sync::Arc;

use async_trait::async_trait;
use slipway_cluster::{Client, KubeCluster, Settings, client_from_kubeconfig, take_over};
use slipway_embedded::EmbeddedApi;
use slipway_model::cluster::{Cluster, Error};
use slipway_model::plan::Planner;
use slipway_platform::{ClusterSettings, Connector};

use crate::telling;

/// Reaches clusters.
pub struct Reach {
    pub planner: Arc<dyn Planner>,
    pub embedded: Option<EmbeddedApi>,
}

impl Reach {
    async fn client(&self, settings: &ClusterSettings) -> Result<Client, Error> {
        let unreachable =
            |reason: String| Error::Unreachable { cluster: settings.name.clone(), reason };
        match (&settings.kubeconfig, &self.embedded) {
            (Some(kubeconfig), _) => {
                client_from_kubeconfig(kubeconfig).await.map_err(|it| unreachable(it.to_string()))
            }
            (None, Some(embedded)) => Ok(embedded.client()),
            (None, None) => Err(unreachable("this host was started with --no-embedded".to_owned())),
        }
    }
}

#[async_trait]
impl Connector for Reach {
    async fn check(&self, kubeconfig: &str) -> Result<(), String> {
        client_from_kubeconfig(kubeconfig).await.map(drop).map_err(|error| error.to_string())
    }

    async fn connect(&self, settings: ClusterSettings) -> Result<Arc<dyn Cluster>, Error> {
        if settings.kubeconfig.is_none() {
            // Nobody else can have it: it is inside of this process.
            self.take_over(settings.clone()).await?;
        }
        let client = self.client(&settings).await?;
        let ClusterSettings { name, facts, instance, recorder, .. } = settings;
        let (planner, clock) = (Arc::clone(&self.planner), telling::now);
        let settings = Settings { name, client, planner, recorder, facts, instance, clock };
        Ok(Arc::new(KubeCluster::start(settings).await?))
    }

    async fn take_over(&self, settings: ClusterSettings) -> Result<(), Error> {
        let client = self.client(&settings).await?;
        take_over(&client, &settings.name, &settings.instance).await
    }
}
