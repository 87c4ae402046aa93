//! Between the platform's words and the wire's, naming every field.

mod access;
mod catalogue;
mod deployment;
mod look;
mod market;
mod operation;
mod place;
mod preset;
mod trust;
mod volume;

use jiff::Timestamp;
use slipway_model::page::{Page, PageRequest};
use slipway_wire as wire;

pub use access::{role_from, scope, scope_from, token, user};
pub use catalogue::{blueprint, blueprint_of_project, blueprint_summary, plugin};
pub use deployment::{accepted, deployment, detail, known, revision};
pub use look::{difference, event, log_line, object, usage};
pub use market::{
    offer, offer_query, offers, project_blueprint, share, source, subscription, update,
};
pub use operation::operation;
pub use place::{choice, cluster, member, project, quota_from, repositories, repository};
pub use preset::{preset, preset_from};
pub use trust::{preview, rule, set_rule};
pub use volume::volume;

/// RFC 3339, in UTC.
pub fn time(unix_milliseconds: u64) -> String {
    let milliseconds = i64::try_from(unix_milliseconds).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(milliseconds).map(|it| it.to_string()).unwrap_or_default()
}

pub fn page_request(query: wire::page::PageQuery) -> PageRequest {
    PageRequest::new(query.cursor, query.limit)
}

pub fn page<T, U>(page: Page<T>, item: impl FnMut(T) -> U) -> wire::page::Page<U> {
    let page = page.map(item);
    wire::page::Page { items: page.items, next: page.next }
}
