//! The loopback port: TLS with a certificate of our own, and a bearer token.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use slipway_database::once;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::answer::{self, Reply};
use crate::refusal::Refusal;
use crate::service::{self, Api};

/// How long a client may take to get through TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Why the port cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of keys could not be read, or a key not be made.
    #[error("the file {path} of the embedded API cannot be read or made")]
    File {
        /// Its name.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The kept certificate or key is unreadable.
    #[error(
        "the certificate of the embedded API cannot be used; delete tls.crt and tls.key to get new ones"
    )]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The port's address is unknown.
    #[error("the port of the embedded API has no address")]
    Address(#[source] std::io::Error),
}

/// What a client needs to come in: kept in the directory, made once.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) certificate: String,
    key: String,
    pub(crate) token: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Keys")
    }
}

impl Keys {
    /// The kept keys, or new ones.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        let key = kept(&dir.join("tls.key"), || {
            rcgen::KeyPair::generate().map(|it| it.serialize_pem()).map_err(std::io::Error::other)
        })?;
        let certificate =
            kept(&dir.join("tls.crt"), || self_signed(&key).map_err(std::io::Error::other))?;
        let path = dir.join("token");
        let token = once::secret(&path).map_err(failed(&path))?;
        Ok(Self { certificate, key, token })
    }

    fn tls(&self) -> Result<ServerConfig, Error> {
        let wrong = |it: rustls::pki_types::pem::Error| Error::Tls(it.into());
        let certificate =
            CertificateDer::from_pem_slice(self.certificate.as_bytes()).map_err(wrong)?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(wrong)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|it| it.with_no_client_auth().with_single_cert(vec![certificate], key))
            .map_err(|it| Error::Tls(it.into()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// A certificate for this key.
fn self_signed(key: &str) -> Result<String, rcgen::Error> {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let mut params = rcgen::CertificateParams::new(names)?;
    params.distinguished_name.push(rcgen::DnType::CommonName, "slipway embedded cluster");
    // It is its own authority and a server's certificate at once; rustls refuses the latter if it says `CA:TRUE`.
    params.is_ca = rcgen::IsCa::ExplicitNoCa;
    Ok(params.self_signed(&rcgen::KeyPair::from_pem(key)?)?.pem())
}

fn kept(path: &Path, make: impl FnOnce() -> std::io::Result<String>) -> Result<String, Error> {
    once::read_or_make(path, || make().map(String::into_bytes))
        .and_then(|it| String::from_utf8(it).map_err(std::io::Error::other))
        .map_err(failed(path))
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.display().to_string();
    move |source| Error::File { path, source }
}

/// Serves until the caller drops this future; every open connection ends with it.
pub(crate) async fn serve(api: Arc<Api>, keys: Keys, listener: TcpListener) -> Result<(), Error> {
    let acceptor = TlsAcceptor::from(Arc::new(keys.tls()?));
    let expected: Arc<str> = format!("Bearer {}", keys.token).into();
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, from)) => {
                    let client = client(Arc::clone(&api), acceptor.clone(), Arc::clone(&expected), socket, from);
                    open.spawn(client);
                }
                Err(cause) => {
                    // Out of descriptors, most likely: others must close first.
                    tracing::warn!(%cause, "embedded API: a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = open.join_next(), if !open.is_empty() => {}
        }
    }
}

async fn client(
    api: Arc<Api>,
    acceptor: TlsAcceptor,
    expected: Arc<str>,
    socket: TcpStream,
    from: SocketAddr,
) {
    let _ = socket.set_nodelay(true);
    let Some(tls) = greet(&acceptor, socket, from).await else { return };
    let handler = service_fn(move |request: Request<Incoming>| {
        let (api, expected) = (Arc::clone(&api), Arc::clone(&expected));
        async move { Ok::<Reply, std::convert::Infallible>(admit(api, &expected, request).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(tls), handler)
        .await;
    if let Err(cause) = connection {
        tracing::debug!(%from, %cause, "embedded API: a connection was broken off");
    }
}

/// Gets a client through TLS; one that takes too long is let go, as one that speaks something else.
async fn greet(
    acceptor: &TlsAcceptor,
    socket: TcpStream,
    from: SocketAddr,
) -> Option<TlsStream<TcpStream>> {
    let greeted = tokio::time::timeout(HANDSHAKE, acceptor.accept(socket)).await;
    match greeted.map_err(std::io::Error::from).and_then(|it| it) {
        Ok(tls) => Some(tls),
        Err(cause) => {
            tracing::debug!(%from, %cause, "embedded API: a client did not get through TLS");
            None
        }
    }
}

async fn admit(api: Arc<Api>, expected: &str, request: Request<Incoming>) -> Reply {
    let token = request.headers().get(header::AUTHORIZATION);
    if !token.is_some_and(|it| same(it.as_bytes(), expected.as_bytes())) {
        return answer::refusal(&Refusal::unauthorized());
    }
    service::answer::<Incoming>(api, request).await
}

/// Compares without telling by its duration where two texts differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differs = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_begins_with_tls_is_let_go() {
        let dir = tempfile::tempdir().unwrap();
        let config = Keys::open(dir.path()).unwrap().tls().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _silent = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, from) = listener.accept().await.unwrap();
        let greeted = tokio::time::timeout(2 * HANDSHAKE, greet(&acceptor, socket, from)).await;
        assert!(greeted.expect("nobody waits for it any more").is_none());
    }
}
