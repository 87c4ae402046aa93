//! The platform: what it holds between two calls.

use std::sync::Arc;

use slipway_identity::access_token::Signer;
use slipway_preset::Wrappers;
use slipway_registry::local::Local;
use slipway_registry::remote::Remote;
use slipway_store::record::{KEYS, Key};
use slipway_store::{Actor, Reads, Store};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::clusters::Clusters;
use crate::feed::Feed;
use crate::healing::Ward;
use crate::ports::{Connector, Workshop};
use crate::recordings::Recordings;
use crate::sign_in::{Hashing, Tries};

/// What the platform works with.
pub struct Settings {
    pub store: Store,
    pub workshop: Arc<dyn Workshop>,
    pub connector: Arc<dyn Connector>,
    pub registry: Arc<Local>,
    /// What presets are composed with.
    pub wrappers: Wrappers,
    /// Registries of others.
    pub remote: Remote,
    /// Milliseconds since 1970.
    pub clock: fn() -> u64,
    pub cancel: CancellationToken,
}

/// The whole, as it can be asked.
pub struct Platform {
    pub(crate) store: Store,
    pub(crate) workshop: Arc<dyn Workshop>,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) registry: Arc<Local>,
    pub(crate) wrappers: Wrappers,
    pub(crate) remote: Remote,
    pub(crate) clock: fn() -> u64,
    pub(crate) clusters: Clusters,
    pub(crate) feed: Feed,
    pub(crate) signer: Signer,
    /// Tells this Slipway from others at the clusters.
    pub(crate) instance: String,
    pub(crate) hashing: Hashing,
    pub(crate) tries: Tries,
    /// Something was put into the outbox.
    pub(crate) posted: Notify,
    /// A cluster answers again.
    pub(crate) regained: Notify,
    /// Deployments that are not well.
    pub(crate) ward: Ward,
    pub(crate) recordings: Arc<Recordings>,
    pub(crate) cancel: CancellationToken,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Platform")
    }
}

impl Platform {
    /// The platform over an open store, within a runtime. Nothing is reached and nothing is delivered yet.
    pub fn new(settings: Settings) -> Result<Arc<Self>, Error> {
        let Settings { store, workshop, connector, registry, wrappers, remote, clock, cancel } =
            settings;
        let signer = Signer::new(kept_key::<32>(&store, "jwt")?.as_bytes());
        let instance = kept_key::<6>(&store, "instance")?;
        let recordings = Arc::new(Recordings::begin(store.clone()));
        Ok(Arc::new(Self {
            store,
            workshop,
            connector,
            registry,
            wrappers,
            remote,
            clock,
            clusters: Clusters::default(),
            feed: Feed::new(clock()),
            signer,
            instance,
            hashing: Hashing::default(),
            tries: Tries::default(),
            posted: Notify::new(),
            regained: Notify::new(),
            ward: Ward::default(),
            recordings,
            cancel,
        }))
    }

    /// What happens, as it happens.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// Whether the store answers: what readiness means.
    pub fn is_ready(&self) -> Result<(), Error> {
        self.store.read()?.get(&KEYS, "jwt").map(|_| ()).map_err(Error::from)
    }

    /// Writes into the audit what is kept elsewhere than in the store: in the registry, in a cluster.
    pub(crate) async fn write_down(
        &self,
        actor: Actor,
        action: &'static str,
        subject: String,
    ) -> Result<(), Error> {
        self.store.change(actor, action, subject, |_| Ok(())).await
    }

    pub(crate) fn now(&self) -> u64 {
        (self.clock)()
    }
}

/// Random bytes in hexadecimal, made once per instance and kept sealed.
fn kept_key<const BYTES: usize>(store: &Store, name: &str) -> Result<String, Error> {
    let place = format!("keys/{name}");
    if let Some(key) = store.read()?.get(&KEYS, name)? {
        return Ok(store.sealer().open(&place, &key.sealed)?);
    }
    let mut bytes = [0u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string().into()))?;
    let text = hex::encode(bytes);
    let sealed = store.sealer().seal(&place, &text)?;
    store.change_now(Actor::host(), "key.make", name, |changes| {
        changes.put(&KEYS, name, &Key { sealed }).map_err(Error::from)
    })?;
    Ok(text)
}
