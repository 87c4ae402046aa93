//! A small web app as a WebAssembly image: what the blueprint `hello-web` deploys.
//!
//! It answers `GET /` with a page, `/api` with JSON, `/healthz` with a word, and `/slow?ms=` after a wait.
//! Settings come from the environment: `GREETING`, `POD_NAME`, `ACCESS_CODE` (the page asks for it), and
//! `UNHEALTHY` (any text makes `/healthz` fail, to see what a failing roll-out looks like).

mod access;
mod page;
mod reply;

use std::time::{Duration, Instant};

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, Method, ResponseOutparam};

use reply::Reply;

wasip2::http::proxy::export!(HelloApp);

struct HelloApp;

/// What the environment of the pod says about this app.
pub(crate) struct Settings {
    pub greeting: String,
    pub pod: String,
}

impl Settings {
    fn read() -> Self {
        let or = |name, otherwise: &str| std::env::var(name).unwrap_or_else(|_| otherwise.into());
        Self { greeting: or("GREETING", "Hello from Slipway"), pod: or("POD_NAME", "unknown") }
    }
}

/// The longest wait that `/slow` agrees to.
const LONGEST_WAIT_MS: u64 = 60_000;

impl Guest for HelloApp {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let started = Instant::now();
        let method = request.method();
        let target = request.path_with_query().unwrap_or_else(|| "/".into());
        let reply = answer(&request, &method, &target);
        let status = reply.status;
        reply.send(out, matches!(method, Method::Head));
        let line =
            format!("{} {target} {status} {} µs", word(&method), started.elapsed().as_micros());
        if status < 500 { println!("{line}") } else { eprintln!("{line}") }
    }
}

fn answer(request: &IncomingRequest, method: &Method, target: &str) -> Reply {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !matches!(method, Method::Get | Method::Head) {
        return Reply::text(405, "only GET and HEAD are answered here\n");
    }
    match path {
        "/" | "/api" if !access::is_open_to(request) => {
            Reply::ask("this page asks for its access code\n")
        }
        "/" => Reply::html(page::home(&Settings::read())),
        "/api" => Reply::json(&api(&Settings::read())),
        "/healthz" => health(),
        "/slow" => slow(query),
        _ => Reply::text(404, "there is no such page; try /, /api, /healthz or /slow?ms=500\n"),
    }
}

fn api(settings: &Settings) -> serde_json::Value {
    serde_json::json!({
        "greeting": settings.greeting,
        "pod": settings.pod,
    })
}

fn health() -> Reply {
    match std::env::var("UNHEALTHY") {
        Ok(reason) if !reason.is_empty() => Reply::text(503, &format!("unhealthy: {reason}\n")),
        _ => Reply::text(200, "ok\n"),
    }
}

fn slow(query: &str) -> Reply {
    let asked = query.split('&').find_map(|it| it.strip_prefix("ms=")).unwrap_or("500");
    match asked.parse::<u64>() {
        Ok(ms) if ms <= LONGEST_WAIT_MS => {
            std::thread::sleep(Duration::from_millis(ms));
            Reply::text(200, &format!("waited {ms} ms\n"))
        }
        _ => Reply::text(400, "ms is a number of milliseconds from 0 to 60000\n"),
    }
}

fn word(method: &Method) -> &str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Connect => "CONNECT",
        Method::Options => "OPTIONS",
        Method::Trace => "TRACE",
        Method::Patch => "PATCH",
        Method::Other(other) => other,
    }
}
