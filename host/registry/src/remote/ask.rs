//! One question to a registry, whose answer is read up to a bound and no further.
//!
//! Registries are other people's: one that sends without end must not fill the memory of all. oci-client, which pushes
//! for us, reads every answer whole, so reading is not left to it.

use std::time::Duration;

use futures::StreamExt as _;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use slipway_model::digest::Digest;

use super::pass::{self, Challenge};
use super::reference::Place;
use super::{Error, Remote, failure};
use crate::layout;

/// Registries are asked to take manifests of 4 MiB (distribution specification, "Pushing Manifests"), and few take more.
const LARGEST_DOCUMENT: u64 = 4 << 20;
/// What is read of a refusal; a token has to fit into a header.
const LARGEST_WORDS: u64 = 64 << 10;
/// How long a manifest or a list may take to come.
const DOCUMENT: Duration = Duration::from_secs(20);
const ACCEPTED: [&str; 4] =
    [layout::MANIFEST, layout::INDEX, layout::DOCKER_MANIFEST, layout::DOCKER_LIST];

/// What a registry is asked for; of which repository says the place.
#[derive(Clone, Copy)]
pub(super) enum What<'a> {
    /// The manifest that the place names.
    Manifest,
    /// Content of the repository.
    Blob(&'a Digest),
    /// What is attached to a manifest.
    Referrers(&'a str),
    /// The tags of the repository, after one.
    Tags(Page<'a>),
    /// The repositories of the registry, after one.
    Repositories(Page<'a>),
}

/// A part of a list.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub size: usize,
    pub after: Option<&'a str>,
}

impl Remote {
    /// Reads a manifest or a list.
    pub(super) async fn document(&self, place: &Place, what: What<'_>) -> Result<Vec<u8>, Error> {
        let read = self.read(place, what, LARGEST_DOCUMENT);
        tokio::time::timeout(DOCUMENT, read).await.unwrap_or_else(|_| {
            let reason = format!("the answer had not ended after {} s", DOCUMENT.as_secs());
            let source = std::io::Error::new(std::io::ErrorKind::TimedOut, reason);
            Err(Error::BrokeOff { reference: place.asked.clone(), source })
        })
    }

    /// Reads what has at most so many bytes.
    pub(super) async fn read(
        &self,
        place: &Place,
        what: What<'_>,
        limit_bytes: u64,
    ) -> Result<Vec<u8>, Error> {
        let answer = self.ask(place, what).await?;
        if !answer.status().is_success() {
            return Err(failure::refused(&place.asked, answer.status(), &words(answer).await));
        }
        let broke_off = |error: reqwest::Error| Error::BrokeOff {
            reference: place.asked.clone(),
            source: std::io::Error::other(error.without_url()),
        };
        let content = up_to(answer, limit_bytes).await.map_err(broke_off)?;
        content.ok_or_else(|| Error::TooLarge { reference: place.asked.clone(), limit_bytes })
    }

    /// Asks with the pass that is at hand; where that is none or too old, with one that the registry says how to get.
    async fn ask(&self, place: &Place, what: What<'_>) -> Result<Response, Error> {
        let url = what.url(place)?;
        let scope = what.scope(place);
        let mut at_hand = self.passes.get(place, &scope);
        if at_hand.is_none() && self.credentials(place.registry()).await?.is_some() {
            // Whom a registry does not know it may tell that there is nothing.
            let door = self.send(place, What::door(place)?, None).await?;
            at_hand = self.new_pass(place, &scope, &door).await?;
        }
        let answer = self.send(place, url.clone(), at_hand).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        match self.new_pass(place, &scope, &answer).await? {
            Some(new) => self.send(place, url, Some(new)).await,
            None => Ok(answer),
        }
    }

    /// A pass as an answer asks for it, which is kept; none where it asks for none, or for one that we have not.
    async fn new_pass(
        &self,
        place: &Place,
        scope: &str,
        answer: &Response,
    ) -> Result<Option<HeaderValue>, Error> {
        let Some(challenge) = Challenge::of(answer.headers()) else { return Ok(None) };
        let known = self.credentials(place.registry()).await?;
        let new = match challenge {
            Challenge::Basic => known.as_ref().and_then(pass::basic),
            Challenge::Bearer(issuer) => {
                let client = self.client(place)?;
                Some(issuer.token(&client, place, scope, known.as_ref()).await?)
            }
        };
        self.passes.keep(place, scope, new.clone());
        Ok(new)
    }

    async fn send(
        &self,
        place: &Place,
        url: Url,
        pass: Option<HeaderValue>,
    ) -> Result<Response, Error> {
        let mut request = self.client(place)?.get(url).header(ACCEPT, ACCEPTED.join(", "));
        if let Some(pass) = pass {
            request = request.header(AUTHORIZATION, pass);
        }
        request.send().await.map_err(|it| failure::unheard(&place.asked, it))
    }

    fn client(&self, place: &Place) -> Result<Client, Error> {
        let mut kept = self.client.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(client) = &*kept {
            return Ok(client.clone());
        }
        let made = self.client_builder().and_then(|it| {
            it.redirect(redirect::Policy::custom(follow))
                .connect_timeout(Duration::from_secs(10))
                .read_timeout(Duration::from_secs(30))
                .build()
        });
        let made = made.map_err(|it| failure::unheard(&place.asked, it))?;
        Ok(kept.insert(made).clone())
    }
}

impl What<'_> {
    fn url(self, place: &Place) -> Result<Url, Error> {
        let repository = place.reference.repository();
        let path = match self {
            Self::Manifest => format!("{repository}/manifests/{}", place.target()),
            Self::Blob(digest) => format!("{repository}/blobs/{digest}"),
            Self::Referrers(digest) => format!("{repository}/referrers/{digest}"),
            Self::Tags(_) => format!("{repository}/tags/list"),
            Self::Repositories(_) => "_catalog".to_owned(),
        };
        let mut url = Self::door(place)?;
        url.set_path(&format!("/v2/{path}"));
        if let Self::Tags(page) | Self::Repositories(page) = self {
            let mut query = url.query_pairs_mut();
            query.append_pair("n", &page.size.to_string());
            if let Some(after) = page.after {
                query.append_pair("last", after);
            }
        }
        Ok(url)
    }

    /// Where a registry says whether it wants a pass.
    fn door(place: &Place) -> Result<Url, Error> {
        let scheme = if place.plain_http { "http" } else { "https" };
        let text = format!("{scheme}://{}/v2/", place.reference.resolve_registry());
        text.parse().map_err(|_| failure::wrong(&place.asked, "its name is no address"))
    }

    /// What a pass must be good for (distribution, "Token Scope Documentation").
    fn scope(self, place: &Place) -> String {
        match self {
            Self::Repositories(_) => "registry:catalog:*".to_owned(),
            _ => format!("repository:{}:pull", place.reference.repository()),
        }
    }
}

/// The content of an answer, or `None` where it is longer.
pub(super) async fn up_to(
    answer: Response,
    limit_bytes: u64,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
    let mut content = Vec::new();
    let mut parts = answer.bytes_stream();
    while let Some(part) = parts.next().await {
        content.extend_from_slice(&part?);
        if content.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(content))
}

/// What was said with a refusal. Whoever says too much, or stops in the middle, has said nothing.
pub(super) async fn words(answer: Response) -> Vec<u8> {
    up_to(answer, LARGEST_WORDS).await.ok().flatten().unwrap_or_default()
}

/// Content may lie elsewhere, but never where it comes unencrypted.
fn follow(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let from = attempt.previous().last().map(Url::scheme);
    if attempt.previous().len() > 5 {
        attempt.error("it leads on and on")
    } else if from == Some("https") && attempt.url().scheme() != "https" {
        attempt.error("it leads to an address without encryption")
    } else {
        attempt.follow()
    }
}
