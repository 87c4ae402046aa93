//! Records: what lies on disk, table by table. These are the store's own forms; the API has others.

mod access;
mod deployment;
mod market;
mod operations;
mod place;
mod plugin;
mod recording;

pub use access::{ApiToken, Key, Membership, Session, SessionKind, SetupLink, User};
pub use deployment::{BlueprintRef, Deployment, Revision, Secret};
pub use market::{Offer, Release, Share, Source, Subscription};
pub use operations::{AuditEntry, Operation, OutboxEntry};
pub use place::{ClusterKind, ClusterRecord, ControlChoice, Project, Repository};
pub use plugin::{Current, Origin, Plugin, PluginKind, Proof, Trust};
pub use recording::Recording;

use crate::table::Table;

/// By user name.
pub const USERS: Table<User> = Table::new("users");
/// By the hash of the cookie's or refresh token's text.
pub const SESSIONS: Table<Session> = Table::new("sessions");
/// By the hash of the token's text.
pub const TOKENS: Table<ApiToken> = Table::new("tokens");
/// `user/token name`: the hash.
pub const TOKENS_OF_USER: Table<String> = Table::new("tokens_of_user");
/// By project name.
pub const PROJECTS: Table<Project> = Table::new("projects");
/// `project/user`.
pub const MEMBERS: Table<Membership> = Table::new("members");
/// `user/project`: the same membership, found from the other side.
pub const MEMBERSHIPS: Table<Membership> = Table::new("memberships");
/// By cluster name.
pub const CLUSTERS: Table<ClusterRecord> = Table::new("clusters");
/// `project/deployment`.
pub const DEPLOYMENTS: Table<Deployment> = Table::new("deployments");
/// `deployment id/number`.
pub const REVISIONS: Table<Revision> = Table::new("revisions");
/// `deployment id/key`: the texts that values refer to, sealed under `secrets/<deployment id>/<key>`.
pub const SECRETS: Table<Secret> = Table::new("secrets");
/// `deployment id/operation id`; ids sort by time.
pub const OPERATIONS: Table<Operation> = Table::new("operations");
/// `deployment id/operation id/attempt`: what the control plugin was asked, and what it answered.
pub const RECORDINGS: Table<Recording> = Table::new("recordings");
/// By digest.
pub const PLUGINS: Table<Plugin> = Table::new("plugins");
/// `kind/name`: which digest is offered under the name.
pub const CATALOGUE: Table<Current> = Table::new("catalogue");
/// By number.
pub const AUDIT: Table<AuditEntry> = Table::new("audit");
/// By number: what clusters are still to be told.
pub const OUTBOX: Table<OutboxEntry> = Table::new("outbox");
/// The one-time link by which the first account is made; key `setup`.
pub const SETUP: Table<SetupLink> = Table::new("setup");
/// Keys of the instance, sealed; key `jwt`.
pub const KEYS: Table<Key> = Table::new("keys");

/// By repository name: what is said of it beyond what the registry holds.
pub const REPOSITORIES: Table<Repository> = Table::new("repositories");
/// By name: where offers come from.
pub const SOURCES: Table<Source> = Table::new("sources");
/// `source/repository`.
pub const OFFERS: Table<Offer> = Table::new("offers");
/// By the hash of the link's text.
pub const SHARES: Table<Share> = Table::new("shares");
/// `project/repository`.
pub const SUBSCRIPTIONS: Table<Subscription> = Table::new("subscriptions");
/// By the repository that a blueprint came from: how many deployments were made of it.
pub const USES: Table<u64> = Table::new("uses");
/// By source: whose plugins are taken from there.
pub const TRUST: Table<Trust> = Table::new("trust");

/// Names of all tables of the first schema.
pub(crate) const TABLES: &[&str] = &[
    "users",
    "sessions",
    "tokens",
    "tokens_of_user",
    "projects",
    "members",
    "memberships",
    "clusters",
    "deployments",
    "revisions",
    "operations",
    "plugins",
    "catalogue",
    "audit",
    "outbox",
    "setup",
    "keys",
];
