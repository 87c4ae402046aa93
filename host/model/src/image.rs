//! References to images, as people write them: `nginx`, `team/app:1.4`, `registry.example:5000/app@sha256:…`.
//!
//! Short forms are read as container tools read them (distribution's `reference` grammar): without a host the registry is
//! Docker's, and a name of one part is in its `library`.

use std::fmt;
use std::str::FromStr;

const DOCKER: &str = "docker.io";

/// A reference to an image, in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRef {
    /// Host, and port where there is one.
    pub registry: String,
    /// Path within the registry.
    pub repository: String,
    pub tag: Option<String>,
    /// `sha256:…`, not checked further here.
    pub digest: Option<String>,
}

/// The text names no image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no image; write REGISTRY/NAME:TAG or REGISTRY/NAME@DIGEST")]
pub struct Malformed(pub String);

impl ImageRef {
    /// Whether both are in the same repository, whatever their tags.
    pub fn is_beside(&self, other: &Self) -> bool {
        (&self.registry, &self.repository) == (&other.registry, &other.repository)
    }
}

impl FromStr for ImageRef {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed(text.to_owned());
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (text, None),
        };
        // A colon before a slash belongs to a port.
        let (path, tag) = match named.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (named, None),
        };
        let (registry, repository) = match path.split_once('/') {
            Some((first, rest)) if is_host(first) => (first, rest.to_owned()),
            Some(_) => (DOCKER, path.to_owned()),
            None => (DOCKER, format!("library/{path}")),
        };
        let is_repository = repository.split('/').all(is_part);
        let is_tag = tag.is_none_or(is_word);
        let is_digest = digest
            .is_none_or(|it| it.split_once(':').is_some_and(|(a, b)| is_word(a) && is_word(b)));
        if path.is_empty() || !is_repository || !is_tag || !is_digest {
            return Err(malformed());
        }
        let registry = if registry == "index.docker.io" { DOCKER } else { registry };
        Ok(Self {
            registry: registry.to_owned(),
            repository,
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

/// Whether the first part of a name is a registry's, as container tools tell the two apart.
pub fn is_host(first: &str) -> bool {
    first.contains(['.', ':']) || first == "localhost"
}

fn is_part(part: &str) -> bool {
    let is_inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "._-".contains(it);
    let is_end = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    part.chars().all(is_inner) && part.starts_with(is_end) && part.ends_with(is_end)
}

fn is_word(word: &str) -> bool {
    let is_inner = |it: char| it.is_ascii_alphanumeric() || "._-+".contains(it);
    !word.is_empty() && word.len() <= 128 && word.chars().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_read_as_container_tools_read_them() {
        for (text, full) in [
            ("nginx", "docker.io/library/nginx"),
            ("nginx:1.27", "docker.io/library/nginx:1.27"),
            ("team/app", "docker.io/team/app"),
            ("index.docker.io/team/app", "docker.io/team/app"),
            ("localhost/app:1", "localhost/app:1"),
            ("registry.example:5000/app", "registry.example:5000/app"),
            ("registry.example/a/b/c:1.0@sha256:ab", "registry.example/a/b/c:1.0@sha256:ab"),
        ] {
            assert_eq!(text.parse::<ImageRef>().unwrap().to_string(), full, "{text}");
        }
    }

    #[test]
    fn what_names_no_image_is_refused() {
        for text in ["", ":1", "Upper", "a//b", "a:b c", "registry.example/", "a@sha256", "-a"] {
            assert_eq!(text.parse::<ImageRef>(), Err(Malformed(text.into())), "{text}");
        }
    }

    #[test]
    fn a_repository_is_the_same_whatever_the_tag() {
        let image = |text: &str| text.parse::<ImageRef>().unwrap();
        assert!(image("nginx:1").is_beside(&image("docker.io/library/nginx@sha256:ab")));
        assert!(!image("nginx:1").is_beside(&image("quay.io/library/nginx:1")));
        assert!(!image("a.example/nginx:1").is_beside(&image("a.example/nginx/x:1")));
    }
}
