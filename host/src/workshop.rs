//! Joins the engine to the platform: its ports as they are, and taking plugins in.

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use slipway_engine::{Engine, Error as EngineError, Installed, World};
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::plan::{Error, Planner};
use slipway_model::update::UpdateCheckers;
use slipway_platform::record::PluginKind;
use slipway_platform::{Inspected, Workshop};
use tokio_stream::wrappers::BroadcastStream;

/// The engine, as the platform sees it.
pub struct Bench(Arc<Engine>);

impl Bench {
    pub fn new(engine: Arc<Engine>) -> Self {
        Self(engine)
    }
}

fn inspected(installed: Installed) -> Inspected {
    let Installed { digest, world, manifest } = installed;
    let kind = match world {
        World::Blueprint => PluginKind::Blueprint,
        World::Control => PluginKind::Control,
        World::UpdateChecker => PluginKind::UpdateChecker,
    };
    let (name, version, wanted) = (manifest.id, manifest.version, manifest.wants);
    Inspected { digest, kind, name, version, wanted }
}

fn unfit(error: EngineError) -> Error {
    Error::Unfit(error.to_string())
}

#[async_trait]
impl Workshop for Bench {
    fn planner(&self) -> &dyn Planner {
        &*self.0
    }

    fn update_checkers(&self) -> &dyn UpdateCheckers {
        &*self.0
    }

    fn look(&self, component: &[u8]) -> Result<Inspected, Error> {
        self.0.look(component).map(inspected).map_err(unfit)
    }

    async fn take_in(&self, component: Vec<u8>) -> Result<Inspected, Error> {
        self.0.install(component).await.map(inspected).map_err(unfit)
    }

    async fn recall(&self, digest: &Digest) -> Result<bool, Error> {
        self.0.recall(digest).await.map(|it| it.is_some()).map_err(unfit)
    }

    fn failing(&self) -> BoxStream<'static, Digest> {
        // One who listens too slowly misses some; those that go on failing are told again.
        let failing = BroadcastStream::new(self.0.failing());
        failing.filter_map(|it| std::future::ready(it.ok())).boxed()
    }

    fn permit(&self, digest: &Digest, grant: Grant) -> Result<(), Error> {
        self.0.set_grant(digest, grant)
    }

    fn bar(&self, digest: &Digest, reason: String) {
        self.0.bar(digest, reason);
    }
}
