//! The HTTP client: where the server is, who one is there, and problems as errors.

use std::path::PathBuf;
use std::sync::Mutex;

use clap::Args;
use reqwest::{Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use slipway_wire::access::{Refresh, TokenPair};
use slipway_wire::problem::Problem;

use crate::contexts::{Context, Contexts};
use crate::error::Error;

/// Which server, as whom, in which project.
#[derive(Clone, Debug, Args)]
pub struct Reach {
    /// Server to talk to; a context's by default.
    #[arg(long, env = "SLIPWAY_URL", global = true, value_name = "URL")]
    pub url: Option<String>,
    /// API token to show; a context's sign-in by default.
    #[arg(long, env = "SLIPWAY_TOKEN", global = true, hide_env_values = true)]
    pub token: Option<String>,
    /// Context of the contexts file.
    #[arg(long, env = "SLIPWAY_CONTEXT", global = true)]
    pub context: Option<String>,
    /// The contexts file.
    #[arg(long, env = "SLIPWAY_CONFIG", global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Project that is meant.
    #[arg(short, long, env = "SLIPWAY_PROJECT", global = true)]
    pub project: Option<String>,
}

/// A server and how to come in.
pub struct Client {
    http: reqwest::Client,
    pub url: String,
    config: Option<PathBuf>,
    entry: Mutex<Entry>,
    project: Option<String>,
}

enum Entry {
    /// Nobody: only what is open to all.
    Nobody,
    Token(String),
    Context(Box<Context>),
}

impl Client {
    /// From flags, environment and the contexts file, in this order.
    pub fn new(reach: &Reach) -> Result<Self, Error> {
        let contexts = Contexts::load(reach.config.as_ref())?;
        let context = contexts.find(reach.context.as_deref()).cloned();
        if let (Some(name), None) = (&reach.context, &context) {
            return Err(Error::Usage(format!("there is no context {name:?}")));
        }
        let project = reach.project.clone();
        let project = project.or_else(|| context.as_ref().and_then(|it| it.project.clone()));
        let (url, entry) = match (&reach.url, &reach.token, context) {
            (Some(url), Some(token), _) => (url.clone(), Entry::Token(token.clone())),
            (Some(url), None, Some(context)) if context.url == *url => {
                (url.clone(), Entry::Context(Box::new(context)))
            }
            (Some(url), None, _) => (url.clone(), Entry::Nobody),
            (None, Some(token), Some(context)) => (context.url, Entry::Token(token.clone())),
            (None, None, Some(context)) => (context.url.clone(), Entry::Context(Box::new(context))),
            (None, _, None) => return Err(Error::NoContext),
        };
        let url = url.trim_end_matches('/').to_owned();
        let http =
            reqwest::Client::builder().user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION")));
        let http = http.build().map_err(|error| unreachable(&url, &error))?;
        Ok(Self { http, url, config: reach.config.clone(), entry: Mutex::new(entry), project })
    }

    /// A client that is nobody yet.
    pub fn anonymous(url: &str) -> Result<Self, Error> {
        let url = url.trim_end_matches('/').to_owned();
        let http = reqwest::Client::builder().build().map_err(|error| unreachable(&url, &error))?;
        Ok(Self { http, url, config: None, entry: Mutex::new(Entry::Nobody), project: None })
    }

    /// The project that is meant.
    pub fn project(&self) -> Result<&str, Error> {
        self.project.as_deref().ok_or_else(|| {
            Error::Usage(
                "say which project: -p NAME, or `slipway project use NAME` once for all".into(),
            )
        })
    }

    /// The path of a deployment.
    pub fn deployment(&self, name: &str) -> Result<String, Error> {
        Ok(format!("/api/v1/projects/{}/deployments/{name}", self.project()?))
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        read(self.send(Method::GET, path, None::<&()>).await?).await
    }

    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        read(self.send(Method::POST, path, Some(body)).await?).await
    }

    pub async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        read(self.send(Method::PUT, path, Some(body)).await?).await
    }

    /// For answers that have no body or are not looked at.
    pub async fn delete(&self, path: &str) -> Result<(), Error> {
        self.send(Method::DELETE, path, None::<&()>).await.map(drop)
    }

    /// For deletions that go on after the answer.
    pub async fn delete_with_answer<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        read(self.send(Method::DELETE, path, None::<&()>).await?).await
    }

    /// Sends bytes as they are.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<T, Error> {
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request.header("content-type", "application/wasm").body(bytes);
        let request = match self.bearer() {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        };
        read(checked(request.send().await.map_err(|error| unreachable(&self.url, &error))?).await?)
            .await
    }

    /// Fetches bytes as they are.
    pub async fn download(&self, path: &str) -> Result<Vec<u8>, Error> {
        let response = self.send(Method::GET, path, None::<&()>).await?;
        let bytes = response.bytes().await.map_err(|error| unreachable(&self.url, &error))?;
        Ok(bytes.into())
    }

    /// What to show for a socket.
    pub fn bearer(&self) -> Option<String> {
        match &*self.entry.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
            Entry::Nobody => None,
            Entry::Token(token) => Some(token.clone()),
            Entry::Context(context) => Some(context.access_token.clone()),
        }
    }

    async fn send<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> Result<Response, Error> {
        let response = self.send_once(method.clone(), path, body).await?;
        if response.status() == StatusCode::UNAUTHORIZED && self.refresh().await? {
            return checked(self.send_once(method, path, body).await?).await;
        }
        checked(response).await
    }

    async fn send_once<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> Result<Response, Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(bearer) = self.bearer() {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.map_err(|error| unreachable(&self.url, &error))
    }

    /// A new access token for the context's refresh token; `false` where there is nothing to refresh.
    pub async fn refresh(&self) -> Result<bool, Error> {
        let context = match &*self.entry.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
            Entry::Context(context) => context.clone(),
            Entry::Nobody | Entry::Token(_) => return Ok(false),
        };
        let refresh = Refresh { refresh_token: context.refresh_token.clone() };
        let answer = self.send_once(Method::POST, "/api/v1/auth/refresh", Some(&refresh)).await?;
        if !answer.status().is_success() {
            return Ok(false);
        }
        let pair: TokenPair = read(answer).await?;
        let renewed = Context {
            access_token: pair.access_token,
            refresh_token: pair.refresh_token,
            ..*context
        };
        let mut contexts = Contexts::load(self.config.as_ref())?;
        let current = contexts.current_context.clone();
        contexts.put(renewed.clone());
        contexts.current_context = current;
        contexts.save(self.config.as_ref())?;
        *self.entry.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
            Entry::Context(Box::new(renewed));
        Ok(true)
    }
}

fn unreachable(url: &str, error: &reqwest::Error) -> Error {
    let mut reason = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(source) = next {
        reason = source.to_string();
        next = source.source();
    }
    Error::Unreachable { url: url.to_owned(), reason }
}

async fn checked(response: Response) -> Result<Response, Error> {
    let status = response.status();
    if status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(response);
    }
    let text = response.text().await.unwrap_or_default();
    let problem = serde_json::from_str::<Problem>(&text).unwrap_or_else(|_| Problem {
        kind: "about:blank".to_owned(),
        title: status.to_string(),
        status: status.as_u16(),
        detail: format!("the server answered {status}"),
        hint: None,
        errors: Vec::new(),
    });
    Err(Error::Problem(Box::new(problem)))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Error> {
    let text = response.text().await.map_err(|error| Error::Unreadable(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| Error::Unreadable(error.to_string()))
}
