//! A reference to an image, in its parts.

/// `registry.example:5000/team/app:1.4.2`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'r> {
    pub repository: &'r str,
    /// None where there is none; that it is `latest` then is only said, and not written.
    pub tag: Option<&'r str>,
}

impl<'r> Reference<'r> {
    pub fn new(text: &'r str) -> Self {
        let named = text.split_once('@').map_or(text, |(named, _digest)| named);
        match named.rsplit_once(':') {
            // A colon before a slash belongs to a port.
            Some((repository, tag)) if !tag.contains('/') => Self { repository, tag: Some(tag) },
            _ => Self { repository: named, tag: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag_and_a_digest_no_part_of_one() {
        for (text, repository, tag) in [
            ("app:1.0.0", "app", Some("1.0.0")),
            ("r.example:5000/app", "r.example:5000/app", None),
            ("r.example:5000/app:1.0.0", "r.example:5000/app", Some("1.0.0")),
            ("r.example/app:1.0.0@sha256:ab", "r.example/app", Some("1.0.0")),
            ("r.example/app@sha256:ab", "r.example/app", None),
        ] {
            assert_eq!(Reference::new(text), Reference { repository, tag }, "{text}");
        }
    }
}
