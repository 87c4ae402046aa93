//! Live state: what the event stream carries.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::deployment::Deployment;
use crate::operation::Operation;

/// One event of `GET /api/v1/live` (`text/event-stream`); its id resumes the stream.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum LiveEvent {
    /// Events may have been missed: read again what is shown.
    Reset,
    /// The deployment is new or has changed.
    #[serde(rename_all = "camelCase")]
    Deployment { deployment: Deployment, operation: Operation },
    /// The deployment is gone.
    Gone { project: String, name: String },
    /// Something in the cluster changed: objects, events and figures are worth another look.
    Touched { project: String, name: String },
}
