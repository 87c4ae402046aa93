//! Signing in: the first account, passwords, sessions, refresh, and proving who one is.

mod hashing;
mod tries;

use slipway_identity::secret::{self, Purpose, Secret};
use slipway_identity::{access_token, password};
use slipway_model::access::Scope;
use slipway_model::name::{Malformed, UserName};
use slipway_store::record::{
    SESSIONS, SETUP, Session, SessionKind, SetupLink, TOKENS, USERS, User,
};
use slipway_store::{Actor, Reads};

pub(crate) use self::hashing::Hashing;
pub(crate) use self::tries::Tries;
use crate::error::named;
use crate::{Caller, Credential, Error, Platform};

/// How the audit calls what was asked with an access token.
const BY_ACCESS_TOKEN: &str = "jwt";
/// A browser's session and a refresh token live this long: 30 days, in milliseconds.
const SESSION_MILLISECONDS: u64 = 30 * 24 * 3600 * 1000;

/// Who signed in, with the text of the session cookie.
#[derive(Debug)]
pub struct SignedIn {
    pub caller: Caller,
    pub cookie: Secret,
}

/// What a program signs in with.
#[derive(Debug)]
pub struct Pair {
    pub access_token: String,
    pub refresh_token: Secret,
    pub expires_in_seconds: u64,
}

impl Platform {
    /// Whether the first account is still to be made.
    pub fn setup_needed(&self) -> Result<bool, Error> {
        Ok(self.store.read()?.scan(&USERS, "", None, 1)?.is_empty())
    }

    /// The secret of a new one-time setup link; none when there is an account.
    pub fn setup_link(&self) -> Result<Option<Secret>, Error> {
        if !self.setup_needed()? {
            return Ok(None);
        }
        let secret = Secret::new(Purpose::Setup).map_err(internal)?;
        let link = SetupLink { hash: secret.hash() };
        self.store.change_now(Actor::host(), "setup.link", "setup", |changes| {
            changes.put(&SETUP, "setup", &link).map_err(Error::from)
        })?;
        Ok(Some(secret))
    }

    /// Makes the first account, an admin, with the secret of the setup link; the link is used up.
    pub async fn setup(&self, token: &str, name: &str, password: &str) -> Result<SignedIn, Error> {
        let name: UserName = named("name", name)?;
        let wrong = Error::Unauthenticated(
            "this setup link is not the newest one or was used already; the newest is in the server's output",
        );
        let link = self.store.read()?.get(&SETUP, "setup")?;
        if link.is_none_or(|it| it.hash != secret::hash(token)) {
            return Err(wrong);
        }
        let user = self.new_user(name.clone(), password, true).await?;
        let actor = Actor { name: name.to_string(), via: "setup".into() };
        let subject = name.to_string();
        let account = user.clone();
        self.store
            .change(actor, "user.create", subject, move |changes| {
                if changes.get(&SETUP, "setup")?.is_none() {
                    return Err(wrong);
                }
                changes.put(&USERS, account.name.as_str(), &account)?;
                changes.remove(&SETUP, "setup").map_err(Error::from)
            })
            .await?;
        self.signed_in(user).await
    }

    /// Signs a browser in.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn, Error> {
        let user = self.prove(name, password).await?;
        self.signed_in(user).await
    }

    /// Signs a browser out.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), Error> {
        let key = secret::hash(cookie);
        self.store.note(move |changes| changes.remove(&SESSIONS, &key).map_err(Error::from)).await
    }

    /// Signs a program in.
    pub async fn token_pair(&self, name: &str, password: &str) -> Result<Pair, Error> {
        let user = self.prove(name, password).await?;
        self.pair(&user.name, None).await
    }

    /// A new pair for a refresh token, which is used up.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Pair, Error> {
        let key = secret::hash(refresh_token);
        let found = self.store.read()?.get(&SESSIONS, &key)?;
        let session = found
            .filter(|it| {
                it.kind == SessionKind::Refresh && it.expires_unix_milliseconds > self.now()
            })
            .ok_or(Error::Unauthenticated(
                "the refresh token was used, has expired or is not one of ours; sign in again",
            ))?;
        self.pair(&session.user, Some(key)).await
    }

    /// Who shows this.
    pub fn authenticate(&self, credential: &Credential) -> Result<Caller, Error> {
        let reader = self.store.read()?;
        let now = self.now();
        let expired = Error::Unauthenticated("you are not signed in any more; sign in again");
        let (name, scope, via) = match credential {
            Credential::Cookie(text) => {
                let session = reader.get(&SESSIONS, &secret::hash(text))?.ok_or(expired)?;
                let good =
                    session.kind == SessionKind::Web && session.expires_unix_milliseconds > now;
                if !good {
                    return Err(Error::Unauthenticated("the session has expired; sign in again"));
                }
                (session.user, None, "web".to_owned())
            }
            Credential::Bearer(text) if text.starts_with(Purpose::ApiToken.prefix()) => {
                let unknown =
                    Error::Unauthenticated("the API token was revoked or is not one of ours");
                let token = reader.get(&TOKENS, &secret::hash(text))?.ok_or(unknown)?;
                if token.expires_unix_milliseconds.is_some_and(|it| it <= now) {
                    return Err(Error::Unauthenticated(
                        "the API token has expired; make a new one",
                    ));
                }
                (token.user, Some(token.scope), format!("token:{}", token.name))
            }
            Credential::Bearer(text) => {
                let user = self.signer.verify(text, now).map_err(|error| match error {
                    access_token::Unproven::Expired => {
                        Error::Unauthenticated("the access token has expired; refresh it")
                    }
                    access_token::Unproven::Foreign | access_token::Unproven::Unsigned => {
                        Error::Unauthenticated("the access token is not one of ours")
                    }
                })?;
                (user, None, BY_ACCESS_TOKEN.to_owned())
            }
        };
        Self::caller(&reader, &name, scope, via)
    }

    /// Who asked for a stream that goes on, as they stand now: sessions and tokens end, accounts are changed and deleted. An access token
    /// is not asked for its age again: it is short so that it need not be, and streams are long.
    pub fn authenticate_again(
        &self,
        credential: &Credential,
        begun: &Caller,
    ) -> Result<Caller, Error> {
        if begun.via == BY_ACCESS_TOKEN {
            let reader = self.store.read()?;
            return Self::caller(&reader, &begun.user, None, begun.via.clone());
        }
        self.authenticate(credential)
    }

    /// An account that is gone proves nothing, whatever it once signed.
    fn caller(
        reader: &impl Reads,
        name: &UserName,
        scope: Option<Scope>,
        via: String,
    ) -> Result<Caller, Error> {
        let gone = Error::Unauthenticated("the account is gone");
        let user = reader.get(&USERS, name.as_str())?.ok_or(gone)?;
        Ok(Caller { user: user.name, is_admin: user.is_admin, scope, via })
    }

    pub(crate) async fn new_user(
        &self,
        name: UserName,
        password: &str,
        is_admin: bool,
    ) -> Result<User, Error> {
        if name == UserName::healing() {
            let message = Malformed::Reserved(name.to_string()).to_string();
            return Err(Error::Invalid { field: "name", message });
        }
        let text = password.to_owned();
        let turn = self.hashing.turn().await?;
        let (hashed, _) = turn.run(move || password::hash(&text)).await?;
        let password_hash = hashed
            .map_err(|error| Error::Invalid { field: "password", message: error.to_string() })?;
        Ok(User { name, password_hash, is_admin, created_unix_milliseconds: self.now() })
    }

    async fn prove(&self, name: &str, password: &str) -> Result<User, Error> {
        let wrong = Error::Unauthenticated("the name or the password is wrong");
        let now = self.now();
        // What can be nobody's name takes as long and is not counted.
        let named = name.parse::<UserName>().ok();
        let check = || named.as_ref().map_or(Ok(()), |it| self.tries.check(it, now));
        check()?;
        let turn = self.hashing.turn().await?;
        // Of many who came at once, each knows what those before it have tried.
        check()?;
        let user = self.store.read()?.get(&USERS, name)?;
        let hash = user.as_ref().map_or(password::NOBODY, |it| &it.password_hash).to_owned();
        let text = password.to_owned();
        let (fits, _turn) = turn.run(move || password::verify(&text, &hash)).await?;
        match (user, named) {
            (Some(user), Some(name)) if fits => {
                self.tries.forget(&name);
                Ok(user)
            }
            (_, Some(name)) => {
                self.tries.failed(&name, now);
                Err(wrong)
            }
            (_, None) => Err(wrong),
        }
    }

    async fn signed_in(&self, user: User) -> Result<SignedIn, Error> {
        let cookie = self.new_session(&user.name, SessionKind::Web, None).await?;
        let caller =
            Caller { user: user.name, is_admin: user.is_admin, scope: None, via: "web".into() };
        Ok(SignedIn { caller, cookie })
    }

    async fn pair(&self, user: &UserName, used_up: Option<String>) -> Result<Pair, Error> {
        let access_token = self.signer.sign(user, self.now()).map_err(internal)?;
        let refresh_token = self.new_session(user, SessionKind::Refresh, used_up).await?;
        let expires_in_seconds = access_token::LIFETIME_MILLISECONDS / 1000;
        Ok(Pair { access_token, refresh_token, expires_in_seconds })
    }

    async fn new_session(
        &self,
        user: &UserName,
        kind: SessionKind,
        used_up: Option<String>,
    ) -> Result<Secret, Error> {
        let purpose = match kind {
            SessionKind::Web => Purpose::WebSession,
            SessionKind::Refresh => Purpose::Refresh,
        };
        let secret = Secret::new(purpose).map_err(internal)?;
        let (key, now) = (secret.hash(), self.now());
        let session = Session {
            user: user.clone(),
            kind,
            created_unix_milliseconds: now,
            expires_unix_milliseconds: now + SESSION_MILLISECONDS,
        };
        self.store
            .note(move |changes| {
                if let Some(used_up) = used_up {
                    // Two who show the same refresh token: only the first gets a pair.
                    changes.get(&SESSIONS, &used_up)?.ok_or(Error::Unauthenticated(
                        "the refresh token was used already; sign in again",
                    ))?;
                    changes.remove(&SESSIONS, &used_up)?;
                }
                changes.put(&SESSIONS, &key, &session).map_err(Error::from)
            })
            .await?;
        Ok(secret)
    }
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(Box::new(error))
}
