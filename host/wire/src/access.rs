//! Accounts, signing in, tokens.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member's role in a project; each includes the ones before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Viewer,
    Deployer,
    Owner,
}

/// What a token may do at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    Read,
    Deploy,
    Admin,
}

/// Whether the first account is still to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SetupState {
    pub needed: bool,
}

/// The first account, which becomes the instance's admin.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The secret part of the one-time setup link.
    pub token: String,
    pub name: String,
    #[schema(format = Password)]
    pub password: String,
}

/// Name and password.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub name: String,
    #[schema(format = Password)]
    pub password: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    pub name: String,
    pub is_admin: bool,
    /// Absent: everything that the user may do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scope: Option<Scope>,
}

/// What a program signs in with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenPair {
    /// A JWT; send it as `Authorization: Bearer`.
    pub access_token: String,
    /// Good for one refresh, within 30 days.
    pub refresh_token: String,
    /// Seconds that the access token lives.
    pub expires_in_seconds: u64,
}

/// Asks for a new pair.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    pub refresh_token: String,
}

/// A token that is to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewToken {
    /// To find it again; a DNS label.
    pub name: String,
    pub scope: Scope,
    /// Absent: it does not expire.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// A token without its text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    pub name: String,
    pub scope: Scope,
    /// RFC 3339.
    pub created_at: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<String>,
}

/// A token that was just made: the only time that its text is shown.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeToken {
    pub token: Token,
    pub text: String,
}

/// An account that is to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewUser {
    pub name: String,
    #[schema(format = Password)]
    pub password: String,
    #[serde(default)]
    pub is_admin: bool,
}

/// An account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub name: String,
    pub is_admin: bool,
    /// RFC 3339.
    pub created_at: String,
}
