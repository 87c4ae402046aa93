//! A token server, as large registries have one: it knows `tester`, and signs for a while what they may do.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use super::debian::PASSWORD;

/// A server that runs as long as its test.
pub struct Tokens {
    pub realm: String,
    /// By whose key it signs, as PEM.
    pub certificate: String,
}

struct Signer {
    key: EncodingKey,
    certificate: String,
}

#[derive(serde::Deserialize)]
struct Asked {
    scope: Option<String>,
}

impl Tokens {
    pub async fn start() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, "token server of the tests");
        let certificate = params.self_signed(&key).unwrap();
        let pem = certificate.pem();
        let body: String = pem.lines().filter(|it| !it.starts_with("-----")).collect();
        let signer =
            Signer { key: EncodingKey::from_ec_der(&key.serialize_der()), certificate: body };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let realm = format!("http://{}/token", listener.local_addr().unwrap());
        let router = axum::Router::new()
            .route("/token", axum::routing::get(token))
            .with_state(Arc::new(signer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { realm, certificate: pem }
    }
}

async fn token(
    State(signer): State<Arc<Signer>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Json<Value>, (StatusCode, String)> {
    let expected = format!("Basic {}", base64(format!("tester:{PASSWORD}").as_bytes()));
    if headers.get("authorization").is_none_or(|it| it.as_bytes() != expected.as_bytes()) {
        return Err((StatusCode::UNAUTHORIZED, "wrong user or password".into()));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let scope = asked.scope.unwrap_or_default();
    let access = scope.split(':').collect::<Vec<_>>();
    let access = match access[..] {
        [kind, name, actions] => {
            json!([{"type": kind, "name": name, "actions": actions.split(',').collect::<Vec<_>>()}])
        }
        _ => json!([]),
    };
    let claims = json!({
        "iss": "tests", "sub": "tester", "aud": "tests", "jti": "1",
        "iat": now, "nbf": now - 10, "exp": now + 300, "access": access,
    });
    let header =
        Header { x5c: Some(vec![signer.certificate.clone()]), ..Header::new(Algorithm::ES256) };
    let token = jsonwebtoken::encode(&header, &claims, &signer.key).unwrap();
    Ok(Json(json!({"token": token, "expires_in": 300})))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
