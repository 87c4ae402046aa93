//! Sealing: what must not lie readable on disk (XChaCha20-Poly1305, key from a file).

use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use slipway_database::once;

use crate::Error;

const NONCE: usize = 24;

/// A sealed value: nonce and ciphertext, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(String);

/// Seals and opens.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// The key in the file; a new one is made where there is none.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let key = once::read_or_make(path, || random::<32>().map(Vec::from))
            .map_err(|source| Error::File { path: path.to_owned(), source })?;
        let key: [u8; 32] = key.try_into().map_err(|_| Error::BadKey { path: path.to_owned() })?;
        Ok(Self::new(&key))
    }

    /// A key that is forgotten with the process.
    pub fn random() -> Result<Self, Error> {
        random::<32>().map(|key| Self::new(&key)).map_err(no_random)
    }

    fn new(key: &[u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.into()) }
    }

    /// Seals a text. It can only be opened under the same `place` (its table and key), so that a sealed
    /// value cannot be moved to where somebody else may read it.
    pub fn seal(&self, place: &str, text: &str) -> Result<Sealed, Error> {
        let nonce = random::<NONCE>().map_err(no_random)?;
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let cipher = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let cipher = cipher.map_err(|_| Error::Unsealable)?;
        Ok(Sealed(hex::encode([nonce.as_slice(), &cipher].concat())))
    }

    /// Opens what was sealed under `place`.
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<String, Error> {
        let bytes = hex::decode(&sealed.0).map_err(|_| Error::Unsealable)?;
        let (nonce, cipher) = bytes.split_first_chunk::<NONCE>().ok_or(Error::Unsealable)?;
        let payload = Payload { msg: cipher, aad: place.as_bytes() };
        let text = self.cipher.decrypt(&XNonce::from(*nonce), payload);
        let text = text.map_err(|_| Error::Unsealable)?;
        String::from_utf8(text).map_err(|_| Error::Unsealable)
    }
}

fn random<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes)
}

fn no_random(source: std::io::Error) -> Error {
    Error::File { path: "the system's source of random numbers".into(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_place_and_with_its_key() {
        let sealer = Sealer::random().unwrap();
        let sealed = sealer.seal("clusters/a", "token: x").unwrap();
        assert!(!format!("{sealed:?}").contains("token"));
        assert_eq!(sealer.open("clusters/a", &sealed).unwrap(), "token: x");
        assert!(matches!(sealer.open("clusters/b", &sealed), Err(Error::Unsealable)));
        let other = Sealer::random().unwrap();
        assert!(matches!(other.open("clusters/a", &sealed), Err(Error::Unsealable)));
    }
}
