//! A file that is made once and then only read: a key, a token.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::whole;

/// The file's content; where there is none, what `make` gives, which then lies in a file that only this user may
/// read. Of several processes that come at once, one makes it and all read the same. It is never seen in part,
/// neither by another process nor after a crash: it is on disk before it has its name.
pub fn read_or_make(
    path: &Path,
    make: impl FnOnce() -> io::Result<Vec<u8>>,
) -> io::Result<Vec<u8>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        found => return found,
    }
    let content = make()?;
    match whole::unnamed(path, &content)?.persist_noclobber(path) {
        Ok(_) => {
            whole::flush_folder_of(path)?;
            Ok(content)
        }
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => std::fs::read(path),
        Err(error) => Err(error.error),
    }
}

/// Bytes of a secret.
const BYTES: usize = 32;

/// A secret of 32 bytes in hexadecimal, made once.
pub fn secret(path: &Path) -> io::Result<String> {
    let made = || {
        let mut bytes = [0_u8; BYTES];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(hex::encode(bytes).into_bytes())
    };
    let secret = String::from_utf8(read_or_make(path, made)?).unwrap_or_default();
    // What is empty or cut short, by a disk or a person, would let in whoever sends nothing.
    if secret.len() == 2 * BYTES && secret.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Ok(secret);
    }
    let path = path.display();
    let words = format!(
        "{path} holds no secret of {BYTES} bytes in hexadecimal; delete it, then start Slipway again"
    );
    Err(io::Error::new(ErrorKind::InvalidData, words))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::{Arc, Barrier};

    use super::*;

    #[test]
    fn all_who_come_at_once_read_the_same_and_leave_one_file_of_one_user() {
        for _ in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("secret");
            let gate = Arc::new(Barrier::new(8));
            let comers: Vec<_> = (0..8_u8)
                .map(|it| {
                    let (path, gate) = (path.clone(), Arc::clone(&gate));
                    std::thread::spawn(move || {
                        gate.wait();
                        read_or_make(&path, || Ok(vec![it; 4096])).unwrap()
                    })
                })
                .collect();
            let read: Vec<_> = comers.into_iter().map(|it| it.join().unwrap()).collect();
            assert!(read.iter().all(|it| it.len() == 4096 && *it == read[0]));
            let kept = std::fs::read_dir(folder.path()).unwrap().count();
            assert_eq!(kept, 1, "what the others had made is gone");
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_secret_stays_and_what_is_none_is_not_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.secret");
        let kept = secret(&path).unwrap();
        assert_eq!(secret(&path).unwrap(), kept);
        for cut in ["", &kept[..63], "no secret"] {
            std::fs::write(&path, cut).unwrap();
            let refused = secret(&path).unwrap_err().to_string();
            assert!(refused.contains("node.secret holds no secret"), "{refused}");
        }
    }

    #[test]
    fn what_cannot_be_made_or_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let refused = read_or_make(&path, || Err(io::Error::other("no random numbers")));
        assert_eq!(refused.unwrap_err().to_string(), "no random numbers");
        assert!(!path.exists());
        let nowhere = folder.path().join("no/secret");
        let refused = read_or_make(&nowhere, || Ok(vec![1]));
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound);
    }
}
