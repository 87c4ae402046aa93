//! An HTTP proxy on loopback in front of an API server, which misbehaves as it is told and counts what is asked.
//!
//! It is for the faults that a real API server cannot be made to show. It takes no credentials and adds its own.

mod fault;

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures::{StreamExt, TryStreamExt};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Collected, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kube::Client;
use kube::client::Body;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use self::fault::{Fault, RETRY_AFTER};

type Answer = Response<UnsyncBoxBody<Bytes, std::io::Error>>;

/// One request, and what became of it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub at: Instant,
    pub method: Method,
    pub path: String,
    pub is_watch: bool,
    pub status: StatusCode,
}

/// What has come so far.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    pub connections: usize,
    pub asked: Vec<Asked>,
    /// Watches that were told that their version is too old.
    pub gone: usize,
}

impl Traffic {
    /// Requests that would change something.
    pub fn writes(&self) -> Vec<&Asked> {
        self.asked.iter().filter(|it| it.method != Method::GET).collect()
    }
}

/// The proxy; it ends when this is dropped.
pub struct Proxy {
    shared: Arc<Shared>,
    port: u16,
    _serving: JoinSet<()>,
}

struct Shared {
    upstream: Client,
    fault: watch::Sender<Fault>,
    traffic: Mutex<Traffic>,
}

impl Proxy {
    /// A proxy that behaves, for now.
    pub async fn before(upstream: Client) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        let port = listener.local_addr().expect("it is bound").port();
        let fault = watch::Sender::new(Fault::None);
        let shared = Arc::new(Shared { upstream, fault, traffic: Mutex::default() });
        let mut serving = JoinSet::new();
        serving.spawn(serve(Arc::clone(&shared), listener));
        Self { shared, port, _serving: serving }
    }

    /// What a client of the cluster goes by.
    pub fn kubeconfig(&self) -> String {
        let server = format!("http://127.0.0.1:{}", self.port);
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: a\n\
             clusters: [{{name: a, cluster: {{server: '{server}'}}}}]\n\
             users: [{{name: a, user: {{}}}}]\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n"
        )
    }

    /// Misbehaves like this from now on, on connections that are open too.
    pub fn show(&self, fault: Fault) {
        self.shared.fault.send_replace(fault);
    }

    /// What has come since this was asked last.
    pub fn traffic(&self) -> Traffic {
        std::mem::take(&mut *self.shared.traffic())
    }
}

async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    let mut fault = shared.fault.subscribe();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                shared.traffic().connections += 1;
                // One that is dropped at once is what a caller sees of a machine that is not there, and can be counted.
                if *fault.borrow() != Fault::Down {
                    connections.spawn(converse(Arc::clone(&shared), stream));
                }
            }
            Ok(()) = fault.changed() => {
                if *fault.borrow_and_update() == Fault::Down {
                    connections.abort_all();
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(shared: Arc<Shared>, stream: TcpStream) {
    let answer = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(shared.answer(request).await) }
    });
    // A connection that the other side breaks, or that a fault has cut, ends with an error.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}

impl Shared {
    fn traffic(&self) -> std::sync::MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let (at, method, uri) = (Instant::now(), request.method().clone(), request.uri().clone());
        let is_watch = uri.query().is_some_and(|it| it.contains("watch=true"));
        let fault = *self.fault.borrow();
        if let Fault::Slow(wait) = fault {
            tokio::time::sleep(wait).await;
        }
        let number = self.traffic().asked.len();
        let answer = match fault.refusal(number, &method, uri.path()) {
            Some(refusal) => refusal,
            None => Arc::clone(&self).pass(request, is_watch).await,
        };
        let (path, status) = (uri.path().to_owned(), answer.status());
        self.traffic().asked.push(Asked { at, method, path, is_watch, status });
        answer
    }

    /// Asks the API server, and passes its answer on as it comes.
    async fn pass(self: Arc<Self>, request: Request<Incoming>, is_watch: bool) -> Answer {
        let (mut head, body) = request.into_parts();
        let sent = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
        for name in [header::HOST, header::CONNECTION, header::CONTENT_LENGTH] {
            head.headers.remove(name);
        }
        let answer = self.upstream.send(Request::from_parts(head, Body::from(sent))).await;
        let (mut head, body) = match answer {
            Ok(answer) => answer.into_parts(),
            Err(error) => return fault::bad_gateway(&error.to_string()),
        };
        head.headers.remove(header::TRANSFER_ENCODING);
        if !is_watch {
            let body = body.map_err(std::io::Error::other).boxed_unsync();
            return Response::from_parts(head, body);
        }
        let shared = Arc::clone(&self);
        let events = body.into_data_stream().map_err(std::io::Error::other);
        let events = events.inspect_ok(move |bytes| shared.note(bytes));
        let cut = fault::cut(self.fault.subscribe());
        let events = events.take_until(cut).chain(fault::reset());
        let body = BodyExt::boxed_unsync(StreamBody::new(events.map_ok(Frame::data)));
        Response::from_parts(head, body)
    }

    /// An API server says so inside of the watch.
    fn note(&self, event: &Bytes) {
        let is_gone = event.windows(10).any(|it| it == b"\"code\":410");
        self.traffic().gone += usize::from(is_gone);
    }
}

/// A whole answer.
fn whole(status: StatusCode, body: String) -> Answer {
    let body = Full::new(Bytes::from(body)).map_err(|never| match never {}).boxed_unsync();
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer
}
