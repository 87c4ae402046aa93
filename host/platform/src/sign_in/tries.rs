//! Wrong passwords, counted per name.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use slipway_model::name::UserName;

use crate::Error;

/// Wrong passwords for one name within a minute, until the next ones are refused unheard.
const MOST_TRIES: u32 = 8;
const WINDOW_MILLISECONDS: u64 = 60_000;
/// Names that are counted at once.
const MOST_NAMES: usize = 10_000;

/// How many there were of a name, and since when. Only what can be a name is counted: strangers choose what they send.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<HashMap<UserName, (u32, u64)>>);

impl Tries {
    pub(super) fn check(&self, name: &UserName, now: u64) -> Result<(), Error> {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match tries.get(name) {
            Some((count, since)) if *count >= MOST_TRIES && now < since + WINDOW_MILLISECONDS => {
                let left = since + WINDOW_MILLISECONDS - now;
                Err(Error::TooMany { seconds: left.div_ceil(1000) })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn failed(&self, name: &UserName, now: u64) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MOST_NAMES && !tries.contains_key(name) {
            tries.retain(|_, (_, since)| now < *since + WINDOW_MILLISECONDS);
            if tries.len() >= MOST_NAMES {
                // More than can be hashed within the window.
                tries.clear();
            }
        }
        let (count, since) = tries.entry(name.clone()).or_insert((0, now));
        if now >= *since + WINDOW_MILLISECONDS {
            (*count, *since) = (0, now);
        }
        *count += 1;
    }

    pub(super) fn forget(&self, name: &UserName) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_within_a_minute_are_borne_and_a_right_one_forgets_them() {
        let (tries, ada) = (Tries::default(), "ada".parse().unwrap());
        for _ in 0..MOST_TRIES {
            assert!(tries.check(&ada, 1_000).is_ok());
            tries.failed(&ada, 1_000);
        }
        assert!(matches!(tries.check(&ada, 2_000), Err(Error::TooMany { seconds: 59 })));
        assert!(tries.check(&ada, 61_000).is_ok());
        tries.forget(&ada);
        assert!(tries.check(&ada, 2_000).is_ok());
    }

    #[test]
    fn names_of_the_minute_before_make_room() {
        let (tries, ada): (_, UserName) = (Tries::default(), "ada".parse().unwrap());
        for number in 0..MOST_NAMES - 1 {
            tries.failed(&format!("old-{number}").parse().unwrap(), 0);
        }
        for _ in 0..MOST_TRIES {
            tries.failed(&ada, 59_000);
        }
        tries.failed(&"new".parse().unwrap(), 61_000);
        assert_eq!(tries.0.lock().unwrap().len(), 2, "ada's and the new one's");
        assert!(tries.check(&ada, 61_000).is_err());
    }
}
