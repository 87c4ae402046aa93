//! A container that answers requests: a fresh instance for each, and a way out that loses none.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::BodyExt as _;
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::{Error, WasiHttpView as _};

use super::http::{Body, words};
use super::log::Source;
use super::meter::Metered;
use super::program::{Guest, Program, Setting};

/// A guest that goes on working after its answer was sent is given this long.
const AFTER_ANSWER: Duration = Duration::from_secs(30);

pub(super) struct Server {
    program: Arc<Program>,
    setting: Arc<Setting>,
    leaving: AtomicBool,
    busy: Arc<Busy>,
    ended: CancellationToken,
}

/// Counts what is under way.
#[derive(Default)]
struct Busy {
    count: AtomicUsize,
    ended: Notify,
}

/// One request under way.
struct Turn(Arc<Busy>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::AcqRel);
        self.0.ended.notify_waiters();
    }
}

/// The server takes no more requests: here is yours, untouched.
pub(super) struct Leaving(pub Request<Body>);

impl Server {
    /// Nothing if the program is no server.
    pub fn new(program: Arc<Program>, setting: Arc<Setting>) -> Option<Self> {
        match *program {
            Program::Server(_) => {}
            Program::Command(_) => return None,
        }
        let (leaving, busy) = (AtomicBool::new(false), Arc::default());
        Some(Self { program, setting, leaving, busy, ended: CancellationToken::new() })
    }

    /// Answers a request, unless the server is on its way out.
    pub async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, Leaving> {
        // Counted before looking: whoever leaves looks at the count after saying so.
        self.busy.count.fetch_add(1, Ordering::AcqRel);
        let turn = Turn(self.busy.clone());
        if self.leaving.load(Ordering::Acquire) {
            return Err(Leaving(request));
        }
        let Program::Server(pre) = &*self.program else { return Err(Leaving(request)) };
        Ok(self.run(pre.clone(), request, turn).await)
    }

    /// Takes no more requests, and waits until those that are under way have ended.
    pub async fn leave(&self) {
        self.leaving.store(true, Ordering::Release);
        loop {
            let mut ended = std::pin::pin!(self.busy.ended.notified());
            ended.as_mut().enable();
            if self.busy.count.load(Ordering::Acquire) == 0 {
                return;
            }
            ended.await;
        }
    }

    /// Takes no more requests, and cuts off those that are still under way.
    pub fn end(&self) {
        self.leaving.store(true, Ordering::Release);
        self.ended.cancel();
    }

    async fn run(
        &self,
        pre: ProxyPre<Guest>,
        request: Request<Body>,
        turn: Turn,
    ) -> Response<Body> {
        let (sender, receiver) = oneshot::channel();
        let answered = CancellationToken::new();
        let setting = self.setting.clone();
        let guest = handle(pre, self.setting.clone(), request, sender);
        let guest = Metered::new(guest, setting.meter.clone(), setting.ticker.clone());
        let (over, ended) = (answered.clone(), self.ended.clone());
        let task = tokio::spawn(async move {
            let _turn = turn;
            let outcome = tokio::select! {
                outcome = guest => outcome,
                () = late(over) => Err(wasmtime::format_err!("it worked on after its answer")),
                () = ended.cancelled() => Err(wasmtime::format_err!("its container was ended")),
            };
            if let Err(error) = &outcome {
                setting.log.line(Source::Error, format!("request failed: {error:?}").as_bytes());
            }
        });
        let watch = Watch { task: task.abort_handle(), answered: answered.clone(), whole: false };
        match receiver.await {
            Ok(Ok(response)) => response.map(|body| Answer { body, watch }.boxed_unsync()),
            Ok(Err(code)) => {
                let text = format!("{code:?}");
                self.setting.log.line(Source::Error, format!("request refused: {text}").as_bytes());
                words(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "the app could not answer; its log says why",
                )
            }
            // The guest ended without an answer: it trapped, or forgot. Its task has written why.
            Err(_) => words(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the app could not answer; its log says why",
            ),
        }
    }
}

async fn late(answered: CancellationToken) {
    answered.cancelled().await;
    tokio::time::sleep(AFTER_ANSWER).await;
}

type Sender = oneshot::Sender<
    Result<Response<Body>, wasmtime_wasi_http::p2::bindings::http::types::ErrorCode>,
>;

async fn handle(
    pre: ProxyPre<Guest>,
    setting: Arc<Setting>,
    request: Request<Body>,
    sender: Sender,
) -> wasmtime::Result<()> {
    let mut store = setting.store(pre.engine()).await;
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
    let out = store.data_mut().http().new_response_outparam(sender)?;
    let proxy = pre.instantiate_async(&mut store).await?;
    proxy.wasi_http_incoming_handler().call_handle(&mut store, request, out).await
}

/// Watches over a guest until its answer has been read.
struct Watch {
    task: AbortHandle,
    answered: CancellationToken,
    whole: bool,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.whole {
            self.answered.cancel();
        } else {
            // Nobody waits for the rest: the client went away.
            self.task.abort();
        }
    }
}

struct Answer {
    body: Body,
    watch: Watch,
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.watch.whole = true;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
