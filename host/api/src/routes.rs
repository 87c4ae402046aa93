//! Routes by noun. Each handler reads, asks, answers; what it takes is in its `x-permission`.

mod control;
mod deployments;
mod instance;
mod live;
mod logs;
mod market;
mod observe;
mod plugins;
mod presets;
mod projects;
mod repositories;
mod revisions;
mod session;
mod shares;
mod tokens;
mod trust;
mod volumes;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Api;

pub fn sign_in() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(session::setup_state, session::setup))
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::whoami))
        .routes(routes!(session::token_pair))
        .routes(routes!(session::refresh))
        .routes(routes!(tokens::token_list, tokens::token_create))
        .routes(routes!(tokens::token_delete))
        .routes(routes!(tokens::user_list, tokens::user_create))
}

pub fn projects() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(projects::project_list, projects::project_create))
        .routes(routes!(projects::project_get, projects::project_delete))
        .routes(routes!(projects::project_quota))
        .routes(routes!(repositories::repository_list, repositories::repository_publish))
        .routes(routes!(repositories::repository_publish_own))
        .routes(routes!(projects::member_list))
        .routes(routes!(projects::member_put, projects::member_delete))
}

pub fn catalogue() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(plugins::blueprint_list))
        .routes(routes!(plugins::blueprint_get))
        .routes(routes!(plugins::plugin_install_from))
        .routes(routes!(plugins::plugin_component))
        .routes(routes!(plugins::plugin_preview_from))
        .routes(routes!(plugins::plugin_accept))
        .routes(routes!(trust::trust_list, trust::trust_set, trust::trust_delete))
}

pub fn marketplace() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(market::offer_list))
        .routes(routes!(market::offer_get))
        .routes(routes!(market::offer_index))
        .routes(routes!(market::share_open))
        .routes(routes!(market::source_list))
        .routes(routes!(market::source_put, market::source_delete))
        .routes(routes!(market::source_refresh))
        .routes(routes!(shares::project_blueprint_list))
        .routes(routes!(shares::project_blueprint_get))
        .routes(routes!(shares::share_list, shares::share_create))
        .routes(routes!(shares::share_delete))
        .routes(routes!(
            shares::subscription_list,
            shares::subscription_put,
            shares::subscription_delete
        ))
}

/// Routes that take more than a JSON body.
pub fn uploads() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(plugins::plugin_list, plugins::plugin_install))
        .routes(routes!(plugins::plugin_preview))
        .layer(axum::extract::DefaultBodyLimit::max(plugins::LARGEST_COMPONENT))
}

pub fn deployments() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(deployments::deployment_list, deployments::deployment_create))
        .routes(routes!(deployments::deployment_get, deployments::deployment_delete))
        .routes(routes!(presets::blueprint_make))
        .routes(routes!(deployments::scale))
        .routes(routes!(deployments::rollback))
        .routes(routes!(deployments::restart))
        .routes(routes!(volumes::archive))
        .routes(routes!(volumes::restore))
        .routes(routes!(volumes::cleanup))
        .routes(routes!(volumes::volume_list))
        .routes(routes!(volumes::volume_delete))
        .routes(routes!(control::control_set))
        .routes(routes!(control::promote))
        .routes(routes!(control::abort))
        .routes(routes!(control::pause))
        .routes(routes!(control::resume))
        .routes(routes!(control::healing_set))
        .routes(routes!(revisions::revision_list, revisions::revision_create))
        .routes(routes!(revisions::revision_diff))
        .routes(routes!(revisions::operation_list))
        .routes(routes!(revisions::operation_get))
        .routes(routes!(revisions::operation_recording))
        .routes(routes!(observe::object_list))
        .routes(routes!(observe::event_list))
        .routes(routes!(observe::usage))
        .routes(routes!(observe::situation))
        .routes(routes!(logs::log_read))
        .routes(routes!(logs::log_stream))
        .routes(routes!(live::live))
}

pub fn instance() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(instance::cluster_list, instance::cluster_add))
        .routes(routes!(instance::cluster_remove))
        .routes(routes!(instance::cluster_take_over))
        .routes(routes!(control::cluster_control_set, control::cluster_control_delete))
        .routes(routes!(instance::livez))
        .routes(routes!(instance::readyz))
        .routes(routes!(instance::metrics))
        .routes(routes!(instance::openapi))
        .routes(routes!(instance::version))
}
