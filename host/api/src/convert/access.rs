//! Accounts: roles, scopes, users and tokens.

use slipway_model::access as model_access;
use slipway_platform::record;
use slipway_wire as wire;

use super::time;

pub fn role(role: model_access::Role) -> wire::access::Role {
    match role {
        model_access::Role::Viewer => wire::access::Role::Viewer,
        model_access::Role::Deployer => wire::access::Role::Deployer,
        model_access::Role::Owner => wire::access::Role::Owner,
    }
}

pub fn role_from(role: wire::access::Role) -> model_access::Role {
    match role {
        wire::access::Role::Viewer => model_access::Role::Viewer,
        wire::access::Role::Deployer => model_access::Role::Deployer,
        wire::access::Role::Owner => model_access::Role::Owner,
    }
}

pub fn scope(scope: model_access::Scope) -> wire::access::Scope {
    match scope {
        model_access::Scope::Read => wire::access::Scope::Read,
        model_access::Scope::Deploy => wire::access::Scope::Deploy,
        model_access::Scope::Admin => wire::access::Scope::Admin,
    }
}

pub fn scope_from(scope: wire::access::Scope) -> model_access::Scope {
    match scope {
        wire::access::Scope::Read => model_access::Scope::Read,
        wire::access::Scope::Deploy => model_access::Scope::Deploy,
        wire::access::Scope::Admin => model_access::Scope::Admin,
    }
}

pub fn user(user: record::User) -> wire::access::User {
    // The hash of the password stays where it is.
    let record::User { name, password_hash: _, is_admin, created_unix_milliseconds } = user;
    wire::access::User {
        name: name.to_string(),
        is_admin,
        created_at: time(created_unix_milliseconds),
    }
}

pub fn token(token: record::ApiToken) -> wire::access::Token {
    wire::access::Token {
        name: token.name,
        scope: scope(token.scope),
        created_at: time(token.created_unix_milliseconds),
        expires_at: token.expires_unix_milliseconds.map(time),
    }
}
