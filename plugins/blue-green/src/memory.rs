//! What one step tells the next one of the same operation: when it got where. Milliseconds since 1970.

use slipway_sdk::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Memory {
    /// When the new stack was ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<u64>,
    /// When it was no longer, after it had been.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<u64>,
    /// When the promotion was decided: from here on there is no waiting for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub going: Option<u64>,
    /// When the selectors were switched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promoted: Option<u64>,
    /// When the new stack was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gave_up: Option<u64>,
}

impl Memory {
    /// Nothing at first, and nothing where it is not ours: another plugin may have had the app before.
    pub fn of(json: &Value) -> Self {
        Self::deserialize(json).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        json!(self)
    }

    /// The new stack is not ready; from now on its deadline counts anew if it was.
    pub fn lose(&mut self, now_unix_milliseconds: u64) {
        if self.ready.take().is_some() {
            self.lost = Some(now_unix_milliseconds);
        }
    }
}
