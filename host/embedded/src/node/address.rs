//! Addresses of pods: each has one of its own in 127.64.0.0/10, where it really listens (on Linux).

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};

const FIRST: u32 = u32::from_be_bytes([127, 64, 0, 1]);
const COUNT: u32 = (1 << 22) - 2;

#[derive(Default)]
pub(super) struct Addresses {
    taken: Mutex<HashSet<Ipv4Addr>>,
}

impl Addresses {
    /// An address for the pod with this uid: the one that it had, if it is free.
    pub fn take(&self, uid: &str, had: Option<&str>) -> Ipv4Addr {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let had = had.and_then(|it| it.parse::<Ipv4Addr>().ok()).filter(|it| is_ours(*it));
        if let Some(had) = had.filter(|it| !taken.contains(it)) {
            taken.insert(had);
            return had;
        }
        let mut hasher = DefaultHasher::new();
        uid.hash(&mut hasher);
        let mut at = u32::try_from(hasher.finish() % u64::from(COUNT)).unwrap_or(0);
        loop {
            let address = Ipv4Addr::from(FIRST + at);
            if taken.insert(address) {
                return address;
            }
            at = (at + 1) % COUNT;
        }
    }

    pub fn give_back(&self, address: Ipv4Addr) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&address);
    }
}

fn is_ours(address: Ipv4Addr) -> bool {
    (FIRST..FIRST + COUNT).contains(&u32::from(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_never_share_an_address() {
        let addresses = Addresses::default();
        let first = addresses.take("a", None);
        assert!(is_ours(first));
        assert_ne!(addresses.take("a", None), first);
        assert_ne!(addresses.take("b", Some(&first.to_string())), first);
        addresses.give_back(first);
        assert_eq!(addresses.take("c", Some(&first.to_string())), first);
        assert!(is_ours(addresses.take("d", Some("10.0.0.1"))));
    }
}
