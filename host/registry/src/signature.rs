//! Signatures over manifests, in cosign's form, by keys of ECDSA on P-256.
//!
//! A signature is over a *statement* (cosign's "simple signing" payload), and the statement names a manifest by its
//! digest. No transparency log is asked and none is written to: who trusts a key trusts it until its rule is changed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{self, SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _};
use p256::pkcs8::{EncodePublicKey as _, LineEnding};
use serde::{Deserialize, Serialize};
use slipway_model::digest::Digest;

use crate::layout;

/// The annotation of a layer that holds the signature over it, in base64.
pub const ANNOTATION: &str = "dev.cosignproject.cosign/signature";
/// More than this of one signed statement is not read, here or from others.
pub const LARGEST_STATEMENT_BYTES: u64 = 64 << 10;
/// So many signatures over one manifest are looked at: whoever may push can list any number.
const MOST_SIGNATURES: usize = 32;
/// The media type of a statement.
pub const STATEMENT: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
/// What every statement says it is.
const KIND: &str = "cosign container image signature";

/// A statement and a signature over it; nothing of it is checked yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The statement as it was signed.
    pub statement: Vec<u8>,
    /// ECDSA in ASN.1, in base64.
    pub signature: String,
}

/// Whose signatures are believed.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// What signs.
pub struct PrivateKey(SigningKey);

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Not a public key of the one kind.
    #[error(
        "it is no public key of ECDSA P-256 in PEM (-----BEGIN PUBLIC KEY-----), as `slipway plugin key new` and \
         `cosign generate-key-pair` make them"
    )]
    Public,
    /// Not a private key of the one kind.
    #[error("it is no private key of ECDSA P-256 in PEM (-----BEGIN PRIVATE KEY-----)")]
    Private,
    /// A private key under a password.
    #[error(
        "it is a private key under a password, which is not read here; `slipway plugin key new` makes one without, or \
         sign with `cosign sign --key`: such signatures are understood"
    )]
    UnderPassword,
    /// The system gave no random numbers.
    #[error("the system gives no random numbers, so no key can be made")]
    Random,
}

#[derive(Serialize, Deserialize)]
struct Statement {
    critical: Critical,
    #[serde(default)]
    optional: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
struct Critical {
    identity: Identity,
    image: Image,
    r#type: String,
}

#[derive(Serialize, Deserialize)]
struct Identity {
    #[serde(rename = "docker-reference")]
    reference: String,
}

#[derive(Serialize, Deserialize)]
struct Image {
    #[serde(rename = "docker-manifest-digest")]
    digest: String,
}

/// The layers of a list that can be signatures, with what each holds: whoever may push can list anything.
pub fn listed(list: &layout::Manifest) -> impl Iterator<Item = (&layout::Descriptor, &str)> {
    let statements = list
        .layers
        .iter()
        .filter(|it| it.media_type == STATEMENT && it.size <= LARGEST_STATEMENT_BYTES);
    let signed = statements.filter_map(|it| Some((it, it.annotations.get(ANNOTATION)?.as_str())));
    signed.take(MOST_SIGNATURES)
}

/// The tag under which signatures over a manifest lie.
pub fn tag(manifest: &Digest) -> String {
    format!("sha256-{}.sig", manifest.hex())
}

impl PrivateKey {
    /// A new key.
    pub fn new() -> Result<Self, Error> {
        // Fewer than one in 2^32 tries is no key of the curve; three of them in a row are a broken system.
        for _ in 0..3 {
            let mut bytes = [0u8; 32];
            getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
            if let Ok(key) = SigningKey::from_slice(&bytes) {
                return Ok(Self(key));
            }
        }
        Err(Error::Random)
    }

    /// As PKCS#8 in PEM: it is a secret.
    pub fn pem(&self) -> String {
        let pem = self.0.to_pkcs8_pem(LineEnding::LF);
        pem.expect("a key of a known curve can be written").as_str().to_owned()
    }

    /// The other half, for those who check.
    pub fn public(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// Signs a manifest, as it was called when it was signed: `registry.example/team/plugin`.
    pub fn sign(&self, called: &str, manifest: &Digest) -> Signature {
        let statement = Statement {
            critical: Critical {
                identity: Identity { reference: called.to_owned() },
                image: Image { digest: manifest.to_string() },
                r#type: KIND.to_owned(),
            },
            optional: serde_json::Value::Null,
        };
        let statement = layout::json(&statement);
        let signature: ecdsa::Signature = self.0.sign(&statement);
        let signature = STANDARD.encode(signature.to_der().as_bytes());
        Signature { statement, signature }
    }
}

impl FromStr for PrivateKey {
    type Err = Error;

    fn from_str(pem: &str) -> Result<Self, Error> {
        if pem.contains("-----BEGIN ENCRYPTED ") {
            return Err(Error::UnderPassword);
        }
        SigningKey::from_pkcs8_pem(pem.trim()).map(Self).map_err(|_| Error::Private)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey")
    }
}

impl PublicKey {
    /// As it is handed on.
    pub fn pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).expect("a key of a known curve can be written")
    }

    /// A short name for the key: the beginning of the SHA-256 over its DER, as `openssl pkey -pubin -outform DER | sha256sum` prints it.
    pub fn fingerprint(&self) -> String {
        let der = self.0.to_public_key_der().expect("a key of a known curve can be written");
        Digest::of(der.as_bytes()).hex()[..16].to_owned()
    }

    /// Whether this key signed this manifest. What the statement calls it is not looked at: a copy in another registry is the same
    /// component, and which registries may be asked is said elsewhere.
    pub fn signed(&self, signature: &Signature, manifest: &Digest) -> bool {
        let Ok(bytes) = STANDARD.decode(signature.signature.trim()) else { return false };
        let Ok(proof) = ecdsa::Signature::from_der(&bytes) else { return false };
        if self.0.verify(&signature.statement, &proof).is_err() {
            return false;
        }
        // Only what is signed is read.
        let read = serde_json::from_slice::<Statement>(&signature.statement);
        read.is_ok_and(|it| {
            it.critical.r#type == KIND && it.critical.image.digest == manifest.as_str()
        })
    }
}

impl FromStr for PublicKey {
    type Err = Error;

    fn from_str(pem: &str) -> Result<Self, Error> {
        VerifyingKey::from_public_key_pem(pem.trim()).map(Self).map_err(|_| Error::Public)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pem())
    }
}

#[cfg(test)]
mod tests;
