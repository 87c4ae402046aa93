//! Seals: HMAC-SHA-256 (RFC 2104) with a key of this host.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// SHA-256 works in blocks of this many bytes.
const BLOCK: usize = 64;

/// A secret of 32 bytes, filled up to a block.
#[derive(Clone)]
pub struct Key([u8; BLOCK]);

impl Key {
    fn new(secret: [u8; 32]) -> Self {
        let mut block = [0; BLOCK];
        block[..32].copy_from_slice(&secret);
        Self(block)
    }

    /// The seal of these parts, each with its length in front.
    pub fn seal(&self, parts: &[&[u8]]) -> String {
        let mut inner = Sha256::new().chain_update(self.0.map(|it| it ^ 0x36));
        for part in parts {
            inner.update((part.len() as u64).to_le_bytes());
            inner.update(part);
        }
        let outer = Sha256::new().chain_update(self.0.map(|it| it ^ 0x5c));
        hex::encode(outer.chain_update(inner.finalize()).finalize())
    }
}

/// Reads the key, or makes one that only this user can read. One that cannot be read as a key is replaced: all that
/// is lost is a cache.
pub fn key(file: &Path) -> io::Result<Key> {
    if let Ok(Ok(secret)) = fs::read(file).map(<[u8; 32]>::try_from) {
        return Ok(Key::new(secret));
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(io::Error::other)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).open(file)?.write_all(&secret)?;
    Ok(Key::new(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_key_or_another_cut_makes_another_seal() {
        let (one, two) = (Key::new([1; 32]), Key::new([2; 32]));
        let parts: [&[u8]; 2] = [b"ab", b"c"];
        let moved: [&[u8]; 2] = [b"a", b"bc"];
        assert_eq!(one.seal(&parts), one.seal(&parts));
        assert_ne!(one.seal(&parts), two.seal(&parts));
        assert_ne!(one.seal(&parts), one.seal(&moved));
    }
}
