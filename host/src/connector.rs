//! Joins clusters to the platform: the embedded one over memory, others by their kubeconfig.

use std::sync::Arc;

use async_trait::async_trait;
use slipway_cluster::{KubeCluster, Settings, client_from_kubeconfig};
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

#[async_trait]
impl Connector for Reach {
    async fn check(&self, kubeconfig: &str) -> Result<(), String> {
        client_from_kubeconfig(kubeconfig).await.map(drop).map_err(|error| error.to_string())
    }

    async fn connect(&self, settings: ClusterSettings) -> Result<Arc<dyn Cluster>, Error> {
        let ClusterSettings { name, kubeconfig, facts } = settings;
        let unreachable = |reason: String| Error::Unreachable { cluster: name.clone(), reason };
        let client = match (kubeconfig, &self.embedded) {
            (Some(kubeconfig), _) => client_from_kubeconfig(&kubeconfig)
                .await
                .map_err(|it| unreachable(it.to_string()))?,
            (None, Some(embedded)) => embedded.client(),
            (None, None) => {
                return Err(unreachable("this host was started with --no-embedded".to_owned()));
            }
        };
        let planner = Arc::clone(&self.planner);
        let settings = Settings { name, client, planner, facts, clock: telling::now };
        Ok(Arc::new(KubeCluster::start(settings).await?))
    }
}
