//! What a key signs, it alone has signed, and only that.

use super::*;

#[test]
fn a_signature_is_of_one_key_over_one_manifest() {
    let (key, other) = (PrivateKey::new().unwrap(), PrivateKey::new().unwrap());
    let manifest = Digest::of(b"manifest");
    let signature = key.sign("registry.example/team/web", &manifest);
    assert!(key.public().signed(&signature, &manifest));
    assert!(!other.public().signed(&signature, &manifest));
    assert!(!key.public().signed(&signature, &Digest::of(b"another")));
    let text = String::from_utf8(signature.statement.clone()).unwrap();
    let altered = text.replace(manifest.as_str(), Digest::of(b"another").as_str());
    let altered = Signature { statement: altered.into_bytes(), ..signature };
    assert!(!key.public().signed(&altered, &Digest::of(b"another")));
}

#[test]
fn keys_are_read_back_and_others_are_refused_in_words() {
    let key = PrivateKey::new().unwrap();
    let again: PrivateKey = key.pem().parse().unwrap();
    assert_eq!(again.public(), key.public());
    assert_eq!(key.public().pem().parse::<PublicKey>().unwrap(), key.public());
    assert_eq!(key.pem().parse::<PublicKey>(), Err(Error::Public));
    assert_eq!(key.public().pem().parse::<PrivateKey>().unwrap_err(), Error::Private);
    let sealed = "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----";
    assert_eq!(sealed.parse::<PrivateKey>().unwrap_err(), Error::UnderPassword);
}
