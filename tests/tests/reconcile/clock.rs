//! The host's clock is set forward and back by an hour while an operation waits.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use serde_json::json;
use slipway_model::operation::OperationState;
use slipway_model::rollout::Progress;

use crate::by_hand::hour;
use crate::map;
use crate::room::{Room, rooms_by};

const HOUR: i64 = 3_600_000;

static SET_BY: AtomicI64 = AtomicI64::new(0);

fn clock() -> u64 {
    let true_one = SystemTime::UNIX_EPOCH.elapsed().expect("it is later than 1970").as_millis();
    let true_one = u64::try_from(true_one).expect("it is not that late");
    true_one.saturating_add_signed(SET_BY.load(Ordering::Relaxed))
}

/// Waits until the operation says which hour it is by the clock. The wish stays the same: only the words change.
async fn says_the_hour(room: &Room) {
    let (objects, options) = ([map("a", json!({}))], json!({"waits": true}));
    room.bring_until("one", 1, &objects, &options, |it| it.message == hour(clock())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_holds_up_neither_words_nor_ends() {
    for room in rooms_by(clock).await {
        says_the_hour(&room).await;
        for set_by in [HOUR, -HOUR, 0] {
            SET_BY.store(set_by, Ordering::Relaxed);
            says_the_hour(&room).await;
        }
        SET_BY.store(-HOUR, Ordering::Relaxed);
        let objects = [map("a", json!({}))];
        let over = |it: &Progress| it.state.is_over();
        let ended = room.bring_until("one", 1, &objects, &json!({}), over).await;
        assert_eq!(ended.state, OperationState::Succeeded, "{ended:?}");
        assert!(ended.finished_unix_milliseconds.is_some());
        SET_BY.store(0, Ordering::Relaxed);
        room.good("one", 2, &[map("a", json!({"x": "1"}))]).await;
        room.close().await;
    }
}
