//! API tokens: made by a user for a program, shown once, kept as a hash.

use slipway_identity::secret::{Purpose, Secret};
use slipway_model::access::Scope;
use slipway_model::name::PluginName;
use slipway_store::Reads;
use slipway_store::record::{ApiToken, TOKENS, TOKENS_OF_USER};

use crate::error::named;
use crate::{Caller, Error, Platform};

/// A token that was just made, with its text.
#[derive(Debug)]
pub struct MadeToken {
    pub token: ApiToken,
    pub text: Secret,
}

impl Platform {
    /// The caller's own tokens.
    pub fn token_list(&self, caller: &Caller) -> Result<Vec<ApiToken>, Error> {
        let reader = self.store.read()?;
        let hashes = reader.all(&TOKENS_OF_USER, &format!("{}/", caller.user))?;
        let tokens = hashes.iter().map(|(_, hash)| reader.get(&TOKENS, hash));
        let tokens: Result<Vec<_>, _> = tokens.collect();
        Ok(tokens?.into_iter().flatten().collect())
    }

    /// Makes a token. One made with a token cannot do more than that one.
    pub async fn token_create(
        &self,
        caller: &Caller,
        name: &str,
        scope: Scope,
        expires_in_days: Option<u32>,
    ) -> Result<MadeToken, Error> {
        Self::permit_writing(caller)?;
        if caller.scope.is_some_and(|own| scope > own) {
            return Err(Error::Forbidden("a token cannot make one with a wider scope".into()));
        }
        let name: PluginName = named("name", name)?;
        let now = self.now();
        let text = Secret::new(Purpose::ApiToken).map_err(|it| Error::Internal(Box::new(it)))?;
        let day = 24 * 3600 * 1000;
        let token = ApiToken {
            user: caller.user.clone(),
            name: name.to_string(),
            scope,
            created_unix_milliseconds: now,
            expires_unix_milliseconds: expires_in_days.map(|it| now + u64::from(it) * day),
        };
        let (kept, hash) = (token.clone(), text.hash());
        let subject = format!("{}/{name}", caller.user);
        let key = subject.clone();
        self.store
            .change(caller.actor(), "token.create", subject, move |changes| {
                if changes.get(&TOKENS_OF_USER, &key)?.is_some() {
                    return Err(Error::Exists { what: "token", name: kept.name });
                }
                changes.put(&TOKENS_OF_USER, &key, &hash)?;
                changes.put(&TOKENS, &hash, &kept).map_err(Error::from)
            })
            .await?;
        Ok(MadeToken { token, text })
    }

    /// Revokes a token of the caller's.
    pub async fn token_delete(&self, caller: &Caller, name: &str) -> Result<(), Error> {
        Self::permit_writing(caller)?;
        let subject = format!("{}/{name}", caller.user);
        let (key, name) = (subject.clone(), name.to_owned());
        self.store
            .change(caller.actor(), "token.delete", subject, move |changes| {
                let hash = changes.get(&TOKENS_OF_USER, &key)?.ok_or(Error::no("token", name))?;
                changes.remove(&TOKENS, &hash)?;
                changes.remove(&TOKENS_OF_USER, &key).map_err(Error::from)
            })
            .await
    }
}
