//! Accounts, and what they sign in with.

use serde::{Deserialize, Serialize};
use slipway_model::access::{Role, Scope};
use slipway_model::name::{ProjectName, UserName};

use crate::seal::Sealed;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub name: UserName,
    /// PHC string (argon2id).
    pub password_hash: String,
    pub is_admin: bool,
    pub created_unix_milliseconds: u64,
}

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionKind {
    /// A browser's cookie.
    Web,
    /// A program's refresh token.
    Refresh,
}

/// A signed-in browser or program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub user: UserName,
    pub kind: SessionKind,
    pub created_unix_milliseconds: u64,
    pub expires_unix_milliseconds: u64,
}

/// A token that a user made for a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    pub user: UserName,
    pub name: String,
    pub scope: Scope,
    pub created_unix_milliseconds: u64,
    pub expires_unix_milliseconds: Option<u64>,
}

/// A user's role in a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub project: ProjectName,
    pub user: UserName,
    pub role: Role,
}

/// The link by which the first account is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupLink {
    /// Of the link's secret part.
    pub hash: String,
}

/// A key of the instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub sealed: Sealed,
}
