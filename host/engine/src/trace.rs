//! Digests of what goes into a call and comes out of it, text by text.

use sha2::{Digest as _, Sha256};
use slipway_model::digest::Digest;

/// Sums texts up; each with its length in front, so that no two lists of texts look alike.
#[derive(Clone, Default)]
pub struct Sum(Sha256);

impl Sum {
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
        self
    }

    pub fn texts<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a String>) -> &mut Self {
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
        self
    }

    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.update(number.to_le_bytes());
        self
    }

    pub fn digest(self) -> Digest {
        let text = format!("sha256:{}", hex::encode(self.0.finalize()));
        text.parse().expect("a SHA-256 in hexadecimal is a digest")
    }
}
