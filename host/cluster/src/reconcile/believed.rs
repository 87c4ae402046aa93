//! Whether the API server's 403 is to be believed.
//!
//! One that has begun just now answers before it has read who may do what, and refuses what it will allow a moment later.

use std::time::Duration;

use super::{Context, Error};
use crate::resource::Rollout;

/// For so long after an operation began a 403 is not believed, where the server tells nobody whether it is ready.
const DOUBT: Duration = Duration::from_secs(60);

/// The API server said that we may not.
pub fn is_forbidden(error: &Error) -> bool {
    matches!(error, Error::Apply { source: kube::Error::Api(status), .. } if status.code == 403)
}

/// It has read all that it decides by: from then on a 403 is one.
pub async fn is_ready(ctx: &Context, rollout: &Rollout) -> bool {
    let Ok(request) = http::Request::get("/readyz").body(Vec::new()) else { return true };
    match ctx.client.request_text(request).await {
        Ok(_) => true,
        Err(kube::Error::Api(status)) if matches!(status.code, 401 | 403) => {
            let began = rollout.order().started_unix_milliseconds;
            Duration::from_millis((ctx.clock)().saturating_sub(began)) >= DOUBT
        }
        Err(_) => false,
    }
}
