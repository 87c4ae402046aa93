//! Which endpoint a path below `/v2/` is (distribution-spec, "Endpoints").

/// An endpoint, with the last part of its path as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// `<name>/manifests/<tag or digest>`
    Manifest(&'a str),
    /// `<name>/blobs/<digest>`
    Blob(&'a str),
    /// `<name>/blobs/uploads/`
    Uploads,
    /// `<name>/blobs/uploads/<id>`
    Upload(&'a str),
    /// `<name>/tags/list`
    Tags,
    /// `<name>/referrers/<digest>`
    Referrers(&'a str),
}

impl Endpoint<'_> {
    /// Whether it is for those who push, whatever the method.
    pub fn is_of_uploads(self) -> bool {
        matches!(self, Self::Uploads | Self::Upload(_))
    }
}

/// The repository's name and the endpoint. Names may hold the words of endpoints as parts, so it is read from the end.
pub fn parse(path: &str) -> Option<(&str, Endpoint<'_>)> {
    if let Some(name) = path.strip_suffix("/blobs/uploads/").or(path.strip_suffix("/blobs/uploads"))
    {
        return Some((name, Endpoint::Uploads));
    }
    let (front, last) = path.rsplit_once('/')?;
    if let Some(name) = front.strip_suffix("/blobs/uploads") {
        return Some((name, Endpoint::Upload(last)));
    }
    let (name, kind) = front.rsplit_once('/')?;
    let endpoint = match kind {
        "manifests" => Endpoint::Manifest(last),
        "blobs" => Endpoint::Blob(last),
        "referrers" => Endpoint::Referrers(last),
        "tags" if last == "list" => Endpoint::Tags,
        _ => return None,
    };
    Some((name, endpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_the_words_of_endpoints() {
        for (path, name, endpoint) in [
            ("a/manifests/1.0", "a", Endpoint::Manifest("1.0")),
            ("a/b/blobs/sha256:0", "a/b", Endpoint::Blob("sha256:0")),
            ("a/manifests/b/manifests/1", "a/manifests/b", Endpoint::Manifest("1")),
            ("a/blobs/uploads/", "a", Endpoint::Uploads),
            ("a/blobs/uploads", "a", Endpoint::Uploads),
            ("a/blobs/uploads/0-1", "a", Endpoint::Upload("0-1")),
            ("tags/list/tags/list", "tags/list", Endpoint::Tags),
            ("a/referrers/sha256:0", "a", Endpoint::Referrers("sha256:0")),
        ] {
            assert_eq!(parse(path), Some((name, endpoint)), "{path}");
        }
        for path in ["", "a", "_catalog", "a/tags/all", "manifests/1"] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
