//! A registry of a few images, for the tests of update checkers.

use std::cell::RefCell;

use crate::Failure;

/// What a registry has. What it has not is not found.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    images: Vec<Image>,
}

#[derive(Clone, Debug)]
struct Image {
    repository: String,
    tag: String,
    digest: String,
    created: Option<u64>,
}

impl Registry {
    /// Empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more image, `registry.example/team/app:1.0.0`, which comes after the others in the registry's order.
    #[must_use]
    pub fn image(self, reference: &str, digest: &str) -> Self {
        self.with(reference, digest, None)
    }

    /// One more image, that says when it was made.
    #[must_use]
    pub fn image_of(self, reference: &str, digest: &str, created_unix_milliseconds: u64) -> Self {
        self.with(reference, digest, Some(created_unix_milliseconds))
    }

    fn with(mut self, reference: &str, digest: &str, created: Option<u64>) -> Self {
        let (repository, tag) = reference.rsplit_once(':').unwrap_or((reference, "latest"));
        self.images.push(Image {
            repository: repository.to_owned(),
            tag: tag.to_owned(),
            digest: digest.to_owned(),
            created,
        });
        self
    }

    fn find(&self, reference: &str) -> Result<&Image, Failure> {
        let is_it = |it: &&Image| reference == format!("{}:{}", it.repository, it.tag);
        self.images.iter().find(is_it).ok_or_else(|| missing(reference))
    }
}

thread_local! {
    static ANSWERS: RefCell<Option<Registry>> = const { RefCell::new(None) };
}

/// Runs something with a registry that has these images.
pub fn with_registry<T>(registry: Registry, run: impl FnOnce() -> T) -> T {
    let before = ANSWERS.replace(Some(registry));
    let answer = run();
    ANSWERS.set(before);
    answer
}

pub(crate) fn tags(repository: &str) -> Result<Vec<String>, Failure> {
    asked(repository, |registry| {
        let images = registry.images.iter().filter(|it| it.repository == repository);
        let tags: Vec<String> = images.map(|it| it.tag.clone()).collect();
        if tags.is_empty() { Err(missing(repository)) } else { Ok(tags) }
    })
}

pub(crate) fn resolve(reference: &str) -> Result<String, Failure> {
    asked(reference, |registry| registry.find(reference).map(|it| it.digest.clone()))
}

pub(crate) fn created(reference: &str) -> Result<Option<u64>, Failure> {
    asked(reference, |registry| registry.find(reference).map(|it| it.created))
}

fn asked<T>(what: &str, ask: impl FnOnce(&Registry) -> Result<T, Failure>) -> Result<T, Failure> {
    ANSWERS.with_borrow(|it| match it {
        Some(registry) => ask(registry),
        None => Err(Failure::new(
            "unreachable",
            format!("There is no host here that could ask for {what}."),
        )),
    })
}

fn missing(what: &str) -> Failure {
    Failure::new("not-found", format!("There is no {what}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::update::registry;

    #[test]
    fn a_registry_has_what_it_was_given_and_only_while_it_answers() {
        let shop = Registry::new().image("a/b:1", "sha256:1").image_of("a/b:2", "sha256:2", 7);
        with_registry(shop, || {
            assert_eq!(registry::tags("a/b").unwrap(), ["1", "2"]);
            assert_eq!(registry::resolve("a/b:1").unwrap(), "sha256:1");
            assert_eq!(registry::created("a/b:1").unwrap(), None);
            assert_eq!(registry::created("a/b:2").unwrap(), Some(7));
            assert_eq!(registry::tags("a/c").unwrap_err().code, "not-found");
            assert_eq!(registry::resolve("a/b:3").unwrap_err().code, "not-found");
        });
        assert_eq!(registry::tags("a/b").unwrap_err().code, "unreachable");
    }
}
