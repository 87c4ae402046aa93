//! What a registry wants to see before it answers: a name and a password, or a token of an issuer that it names
//! (RFC 9110 part 11; distribution, "Token Authentication Specification").

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_auth::ChallengeParser;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Client, Url};
use serde::Deserialize;

use super::ask;
use super::reference::{self, Place};
use super::{Error, failure};

/// More than these are not kept; whoever asks for so many repositories waits for new ones now and then.
const KEPT: usize = 1000;

/// A name and a password.
pub(super) type Credentials = (String, String);

/// Passes that registries took, by registry and what they are good for.
#[derive(Default)]
pub(super) struct Passes(Mutex<BTreeMap<(String, String), HeaderValue>>);

impl Passes {
    pub fn get(&self, place: &Place, scope: &str) -> Option<HeaderValue> {
        self.kept().get(&key(place, scope)).cloned()
    }

    pub fn keep(&self, place: &Place, scope: &str, pass: Option<HeaderValue>) {
        let mut kept = self.kept();
        match pass {
            Some(pass) => {
                if kept.len() >= KEPT {
                    kept.clear();
                }
                kept.insert(key(place, scope), pass);
            }
            None => drop(kept.remove(&key(place, scope))),
        }
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<(String, String), HeaderValue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was given over TLS is not shown without.
fn key(place: &Place, scope: &str) -> (String, String) {
    (format!("{}:{}", place.plain_http, place.registry()), scope.to_owned())
}

/// How a registry wants to be asked.
pub(super) enum Challenge {
    Basic,
    Bearer(Issuer),
}

/// Who gives out tokens for a registry.
pub(super) struct Issuer {
    realm: String,
    service: Option<String>,
}

/// Either name is good, and some give both.
#[derive(Deserialize)]
struct Issued {
    token: Option<String>,
    access_token: Option<String>,
}

impl Challenge {
    /// The best of what is offered that we can do.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut basic = None;
        let said = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|it| it.to_str().ok());
        for offered in said.flat_map(ChallengeParser::new).filter_map(Result::ok) {
            let find = |name: &str| {
                let found = offered.params.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.to_unescaped())
            };
            if offered.scheme.eq_ignore_ascii_case("Basic") {
                basic = Some(Self::Basic);
            } else if offered.scheme.eq_ignore_ascii_case("Bearer")
                && let Some(realm) = find("realm")
            {
                return Some(Self::Bearer(Issuer { realm, service: find("service") }));
            }
        }
        basic
    }
}

impl Issuer {
    /// Asks for a token. Who has no credentials gets one of a stranger, which reads what is public.
    pub async fn token(
        &self,
        client: &Client,
        place: &Place,
        scope: &str,
        known: Option<&Credentials>,
    ) -> Result<HeaderValue, Error> {
        let asked = place.asked.as_str();
        let mut request = client.get(self.url(place, scope)?);
        if let Some(pass) = known.and_then(basic) {
            request = request.header(AUTHORIZATION, pass);
        }
        let answer = request.send().await.map_err(|it| failure::unheard(asked, it))?;
        let status = answer.status();
        let said = ask::words(answer).await;
        if status.is_client_error() {
            return Err(failure::unauthorized(asked, status, &said));
        }
        if !status.is_success() {
            return Err(failure::refused(asked, status, &said));
        }
        let issued: Option<Issued> = serde_json::from_slice(&said).ok();
        let token = issued.and_then(|it| it.token.or(it.access_token));
        let pass = token.and_then(|it| sensitive(format!("Bearer {it}")));
        pass.ok_or_else(|| failure::wrong(asked, "where it has tokens issued, none came"))
    }

    fn url(&self, place: &Place, scope: &str) -> Result<Url, Error> {
        let wrong = |reason| failure::wrong(&place.asked, reason);
        let parsed = self.realm.parse::<Url>();
        let mut url = parsed.map_err(|_| wrong("it has tokens issued at no address"))?;
        let is_near = reference::is_loopback(place.registry())
            && url.host_str().is_some_and(reference::is_loopback);
        if url.scheme() != "https" && !place.plain_http && !is_near {
            return Err(wrong("it has tokens issued without encryption"));
        }
        let mut query = url.query_pairs_mut();
        query.append_pair("scope", scope);
        if let Some(service) = &self.service {
            query.append_pair("service", service);
        }
        drop(query);
        Ok(url)
    }
}

/// A name and a password as a header.
pub(super) fn basic((name, password): &Credentials) -> Option<HeaderValue> {
    sensitive(format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
}

/// It is not printed, whoever prints the request.
fn sensitive(text: String) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(said: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for it in said {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_str(it).unwrap());
        }
        Challenge::of(&headers).map(|it| match it {
            Challenge::Basic => "basic".to_owned(),
            Challenge::Bearer(it) => format!("{} {}", it.realm, it.service.unwrap_or_default()),
        })
    }

    #[test]
    fn a_token_is_preferred_to_a_password_however_it_is_offered() {
        assert_eq!(offered(&[]), None);
        assert_eq!(offered(&["Negotiate"]), None);
        assert_eq!(offered(&["BASIC realm=\"here\""]).as_deref(), Some("basic"));
        let bearer =
            "Bearer realm=\"https://auth.example/token\",service=\"a \\\"b\\\"\",scope=\"x\"";
        let wanted = Some("https://auth.example/token a \"b\"");
        assert_eq!(offered(&[bearer]).as_deref(), wanted);
        assert_eq!(offered(&["Basic realm=\"here\"", bearer]).as_deref(), wanted);
        assert_eq!(offered(&[&format!("Basic realm=\"here\", {bearer}")]).as_deref(), wanted);
        assert_eq!(offered(&["Bearer service=\"no realm\""]), None);
    }

    #[test]
    fn a_token_is_asked_for_only_where_it_comes_encrypted_unless_nothing_is() {
        let url_at = |registry: &str, realm: &str, plain_http| {
            let asked = format!("{registry}/a:1");
            let place = Place { reference: asked.parse().unwrap(), plain_http, asked };
            let issuer = Issuer { realm: realm.to_owned(), service: Some("s".to_owned()) };
            issuer.url(&place, "repository:a:pull").map(String::from)
        };
        let url = |realm: &str, plain_http| url_at("registry.example", realm, plain_http);
        let near = "http://127.0.0.1:80/token";
        assert!(url_at("127.0.0.1:443", near, false).is_ok(), "all on this machine");
        assert!(url_at("127.0.0.1:443", "http://auth.example/", false).is_err());
        assert!(url(near, false).is_err());
        let (plain, safe) = ("http://auth.example/token?a=b", "https://auth.example/token?a=b");
        assert!(matches!(url(plain, false), Err(Error::Registry { .. })));
        assert!(matches!(url("auth.example", true), Err(Error::Registry { .. })));
        let asked = "&scope=repository%3Aa%3Apull&service=s";
        assert_eq!(url(safe, false).unwrap(), format!("{safe}{asked}"));
        assert_eq!(url(plain, true).unwrap(), format!("{plain}{asked}"));
    }
}
