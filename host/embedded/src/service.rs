//! One request in, one response out: the same for the in-memory client and for the socket.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Limited};

use crate::answer::{self, BoxError, Reply};
use crate::discovery;
use crate::form::Form;
use crate::kinds::{Kind, Registry};
use crate::node_port;
use crate::openapi::Digests;
use crate::refusal::Refusal;
use crate::request::{Options, Resource, Target};
use crate::store::Store;
use crate::verbs;

/// The largest body that is read.
const MOST_BODY_BYTES: usize = 3 << 20;

/// Everything that answering needs.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) store: Store,
    pub(crate) registry: Registry,
    pub(crate) digests: Digests,
    /// Where the node's socket lies.
    pub(crate) dir: PathBuf,
}

/// A request for objects of a kind, read and ready.
pub(crate) struct Call {
    pub(crate) api: Arc<Api>,
    pub(crate) kind: Arc<Kind>,
    pub(crate) resource: Resource,
    pub(crate) options: Options,
    pub(crate) form: Form,
    /// Who is noted as the owner of the fields that this request sets.
    pub(crate) manager: String,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Call {
    /// The object's name, where the path has one.
    pub(crate) fn name(&self) -> &str {
        self.resource.name.as_deref().unwrap_or_default()
    }

    /// The named object is not there.
    pub(crate) fn not_found(&self) -> Refusal {
        Refusal::not_found(&self.kind.group, &self.kind.plural, self.name())
    }
}

/// Answers a request.
pub(crate) async fn answer<B>(api: Arc<Api>, request: Request<B>) -> Reply
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    match route(api, request).await {
        Ok(reply) => reply,
        Err(refusal) => answer::refusal(&refusal),
    }
}

async fn route<B>(api: Arc<Api>, request: Request<B>) -> Result<Reply, Refusal>
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    let (head, body) = request.into_parts();
    let resource = match Target::parse(head.uri.path()) {
        Target::Resource(resource) => resource,
        Target::Other(path) => return discovery::answer(&api, &path, &head),
    };
    let header = |name| {
        head.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned()
    };
    let options = Options::of(&head.uri)?;
    if resource.group == node_port::METRICS {
        return node_port::metrics(&api, &resource, &options).await;
    }
    let kinds = api.registry.now();
    let kind = kinds.find(&resource.group, &resource.version, &resource.plural);
    let kind = kind.ok_or_else(Refusal::no_such_path)?;
    if !kind.namespaced && !resource.namespace.is_empty() {
        return Err(Refusal::no_such_path());
    }
    let manager = manager(&options, &header(header::USER_AGENT));
    let form = Form::of(&header(header::ACCEPT));
    let content_type = header(header::CONTENT_TYPE);
    let body = Limited::new(body, MOST_BODY_BYTES).collect().await;
    let body = body.map_err(|_| Refusal::too_large(MOST_BODY_BYTES))?.to_bytes();
    let call = Call { api, kind, resource, options, form, manager, content_type, body };
    verb(&head.method, call).await
}

/// The `fieldManager` option, or the client's name.
fn manager(options: &Options, agent: &str) -> String {
    let agent = agent.split(['/', ' ']).next().unwrap_or_default();
    let agent = if agent.is_empty() { "unknown" } else { agent };
    options.text("fieldManager").unwrap_or(agent).to_owned()
}

async fn verb(method: &Method, call: Call) -> Result<Reply, Refusal> {
    let one = call.resource.name.is_some();
    let sub = call.resource.sub.clone();
    if let Some(sub) = sub.as_deref() {
        return subresource(method, sub, call).await;
    }
    match (method, one) {
        (&Method::GET, _) if call.options.on("watch") => verbs::watch::watch(call),
        (&Method::GET, true) => verbs::read::get(&call),
        (&Method::GET, false) => verbs::read::list(call).await,
        (&Method::POST, false) => verbs::create::create(call).await,
        (&Method::PUT, true) => verbs::modify::replace(call).await,
        (&Method::PATCH, true) => verbs::modify::patch(call).await,
        (&Method::DELETE, true) => verbs::delete::delete(call).await,
        (&Method::DELETE, false) => verbs::delete::delete_collection(call).await,
        _ => Err(Refusal::method_not_allowed()),
    }
}

async fn subresource(method: &Method, sub: &str, call: Call) -> Result<Reply, Refusal> {
    if call.kind.plural == "pods" && call.kind.group.is_empty() {
        match (method, sub) {
            (&Method::GET, "log") => return node_port::logs(&call).await,
            (&Method::POST, "binding") => return verbs::bind::bind(call).await,
            (_, "exec" | "attach" | "portforward" | "proxy" | "eviction") => {
                return Err(Refusal::not_supported(&format!(
                    "pods/{sub}: the embedded cluster has no {sub}; connect a real cluster for it"
                )));
            }
            _ => {}
        }
    }
    let known = match sub {
        "status" => call.kind.status,
        "scale" => call.kind.scale.is_some(),
        "finalize" => call.kind.plural == "namespaces",
        _ => false,
    };
    if !known {
        return Err(Refusal::no_such_path());
    }
    match (method, sub) {
        (&Method::GET, "scale") => verbs::read::get_scale(&call),
        (&Method::GET, _) => verbs::read::get(&call),
        (&Method::PUT, _) => verbs::modify::replace(call).await,
        (&Method::PATCH, _) => verbs::modify::patch(call).await,
        _ => Err(Refusal::method_not_allowed()),
    }
}
