//! The host's clock is set forward and back by an hour while an operation waits.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use serde_json::json;
use slipway_model::operation::OperationState;

use crate::map;
use crate::room::{Room, rooms_by};

const HOUR: i64 = 3_600_000;

static SET_BY: AtomicI64 = AtomicI64::new(0);

fn clock() -> u64 {
    let true_one = SystemTime::UNIX_EPOCH.elapsed().expect("it is later than 1970").as_millis();
    let true_one = u64::try_from(true_one).expect("it is not that late");
    true_one.saturating_add_signed(SET_BY.load(Ordering::Relaxed))
}

/// Waits until the operation says what it waits for.
async fn waits(room: &Room, reason: &str) {
    let options = json!({"wait": reason});
    room.bring_until("one", 1, &[map("a", json!({}))], &options, |it| it.message == reason).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_holds_up_neither_words_nor_ends() {
    for room in rooms_by(clock).await {
        waits(&room, "before").await;
        for (set_by, reason) in [(HOUR, "forward"), (-HOUR, "back"), (0, "right again")] {
            SET_BY.store(set_by, Ordering::Relaxed);
            waits(&room, reason).await;
            // Said just now: what comes next may be kept back for a second, and not until the clock has caught up.
            waits(&room, &format!("{reason}, still")).await;
        }
        SET_BY.store(-HOUR, Ordering::Relaxed);
        let over = |it: &slipway_model::rollout::Progress| it.state.is_over();
        let ended = room.bring_until("one", 1, &[map("a", json!({}))], &json!({}), over).await;
        assert_eq!(ended.state, OperationState::Succeeded, "{ended:?}");
        assert!(ended.finished_unix_milliseconds.is_some());
        SET_BY.store(0, Ordering::Relaxed);
        room.good("one", 2, &[map("a", json!({"x": "1"}))]).await;
        room.close().await;
    }
}
