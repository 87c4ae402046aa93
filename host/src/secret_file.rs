//! A secret that two processes of one instance share: a file that only their user may read.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use slipway_database::once;

const BYTES: usize = 32;

/// The secret in the file; a new one is made where there is none, by whichever process comes first.
pub fn open(path: &Path) -> Result<String> {
    let secret = once::read_or_make(path, new)
        .with_context(|| format!("{} cannot be read or made", path.display()))?;
    let secret = String::from_utf8(secret).unwrap_or_default();
    // What is empty or cut short, by a disk or a person, would let in whoever sends nothing.
    let is_whole = secret.len() == 2 * BYTES && secret.bytes().all(|it| it.is_ascii_hexdigit());
    ensure!(
        is_whole,
        "{} holds no secret of {BYTES} bytes in hexadecimal; delete it, then start Slipway again",
        path.display()
    );
    Ok(secret)
}

fn new() -> std::io::Result<Vec<u8>> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes.iter().map(|it| format!("{it:02x}")).collect::<String>().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stays_and_what_is_none_is_not_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.secret");
        let secret = open(&path).unwrap();
        assert_eq!(open(&path).unwrap(), secret);
        for cut in ["", &secret[..63], "no secret"] {
            std::fs::write(&path, cut).unwrap();
            let refused = open(&path).unwrap_err().to_string();
            assert!(refused.contains("node.secret holds no secret"), "{refused}");
        }
    }
}
