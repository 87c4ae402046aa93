//! When a stack that is ready gets the requests.

use slipway_sdk::prelude::*;

use crate::Options;
use crate::preview::Preview;
use crate::stack::Stack;
use crate::standing::Standing;

pub enum Promotion {
    Now,
    Later { reason: String, recheck_after_milliseconds: Option<u64> },
}

/// `ready_at` is when the stack was ready, in milliseconds since 1970.
pub fn when(
    step: &Step<Options>,
    standing: &Standing<'_>,
    stack: &Stack,
    preview: &Preview,
    ready_at: u64,
) -> Promotion {
    let options = &step.options;
    let place = preview.links.iter().find(|it| it.name.starts_with("Preview "));
    let place = place.map_or_else(String::new, |it| format!(" at {}", it.url));
    let ready = format!("The {} stack is ready{place}.", stack.colour);
    let later = |what: &str, recheck_after_milliseconds| Promotion::Later {
        reason: format!("{ready} {what}"),
        recheck_after_milliseconds,
    };
    match step.operation.as_str() {
        "pause" => later("It is paused: resume, promote or abort.", None),
        // Requests reach both already, since what answers now knows no stacks.
        _ if standing.is_anothers() => Promotion::Now,
        "update" | "resume" | "restart" | "heal" if !options.auto_promotion_enabled => {
            later("Look at it, then promote it or abort.", None)
        }
        "update" | "resume" | "restart" | "heal" => {
            let seconds = options.auto_promotion_seconds;
            let end = ready_at.saturating_add(u64::from(seconds) * 1000);
            match end.saturating_sub(step.now_unix_milliseconds) {
                0 => Promotion::Now,
                left => {
                    later(&format!("It is promoted {seconds} s after it was ready."), Some(left))
                }
            }
        }
        // Whoever goes back, or says promote, has decided.
        _ => Promotion::Now,
    }
}
