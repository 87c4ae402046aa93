//! What can be asked of the whole. Every method takes its caller first and asks permission first.
//!
//! This room knows no HTTP, no kube and no wasmtime: clusters and plugins come through ports.

mod caller;
mod catalogue;
mod clusters;
mod control;
mod deliver;
mod deployments;
mod error;
mod feed;
mod follow;
mod healing;
mod history;
mod install;
mod look;
mod market;
mod members;
mod operate;
mod plan_change;
mod platform;
mod ports;
mod presets;
mod projects;
mod recordings;
pub mod registry;
mod secrets;
mod sign_in;
mod situation;
mod swap;
mod tokens;
mod trust;
mod users;
mod volumes;

pub use caller::{Caller, Credential};
pub use catalogue::{Blueprint, InstalledPlugin};
pub use clusters::{ClusterState, NewCluster};
pub use control::ControlView;
pub use deployments::{Accepted, Detail, Known, NewDeployment, NewRevision};
pub use error::Error;
pub use feed::{Feed, FeedEvent, News};
pub use install::{Consent, Preview};
pub use look::LogLine;
pub use market::{
    MadeShare, NewShare, OfferQuery, OfferView, Offers, ProjectBlueprint, Signer, SourceView,
    SubscriptionView, Update, Whence,
};
pub use plan_change::Difference;
pub use platform::{Platform, Settings};
pub use ports::{ClusterSettings, Connector, Inspected, Workshop};
pub use presets::{MadePreset, NewPreset};
pub use projects::ProjectView;
pub use sign_in::{Pair, SignedIn};
pub use slipway_preset::document::Ask as PresetAsk;
pub use slipway_registry::index::Index;
pub use tokens::MadeToken;
pub use trust::TrustSet;
pub use volumes::{KeptVolume, VolumeOwner};

/// What the store keeps, which is what this room answers with.
pub use slipway_store::{Error as StoreError, record};
