//! A caller of the HTTP API.

use reqwest::{Client, Method};
use serde_json::Value;

use crate::provide_tls;

/// Somebody who calls.
#[derive(Clone)]
pub struct Api {
    client: Client,
    url: String,
    bearer: Option<String>,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The body, if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }
}

impl Api {
    /// Nobody yet.
    pub fn new(url: &str) -> Self {
        provide_tls();
        Self { client: Client::new(), url: url.to_owned(), bearer: None }
    }

    /// The token; none of nobody.
    pub fn bearer(&self) -> &str {
        self.bearer.as_deref().unwrap_or_default()
    }

    /// The same server, with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..self.clone() }
    }

    /// The same server, as a user.
    pub async fn sign_in(&self, name: &str, password: &str) -> Self {
        let body = serde_json::json!({"name": name, "password": password});
        let pair = self.post("/api/v1/auth/token", &body).await.expect(200);
        self.with_token(pair["accessToken"].as_str().expect("it has one"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body.to_string().into_bytes())).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Any call, with a body as it is.
    pub async fn call(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.expect("the host answers");
        let status = response.status().as_u16();
        let text = response.text().await.unwrap_or_default();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// The status of an answer whose body does not end.
    pub async fn begin(&self, path: &str) -> u16 {
        self.stream(path).await.expect("the host answers").status().as_u16()
    }

    /// An answer whose body does not end.
    pub async fn stream(&self, path: &str) -> reqwest::Result<reqwest::Response> {
        let mut request = self.client.get(format!("{}{path}", self.url));
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer);
        }
        request.send().await
    }
}
