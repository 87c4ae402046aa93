//! What one call of an update checker sees of registries: the repository in use, and those that it was granted.

use std::sync::Arc;

use slipway_model::image::ImageRef;
use slipway_model::update::{NoAnswer, Registries};
use tokio::runtime::Handle;
use tokio_util::task::AbortOnDropHandle;

use crate::limits::{LOOKS, TAGS};

/// Registries, within the bounds of one call.
pub struct Lookout {
    registries: Arc<dyn Registries>,
    /// Where registries are asked: their connections outlive the call, and a checker that computes for long is elsewhere by then.
    home: Handle,
    current: ImageRef,
    /// Hosts whose repositories may all be looked at.
    hosts: Vec<String>,
    left: u32,
}

impl Lookout {
    /// With `granted` in the form of a grant: `registry.example`, `https://registry.example:443`.
    pub fn new(registries: Arc<dyn Registries>, current: ImageRef, granted: &[String]) -> Self {
        let hosts = granted.iter().map(|it| host(it).to_owned()).collect();
        Self { registries, home: Handle::current(), current, hosts, left: LOOKS }
    }

    pub async fn tags(&mut self, repository: &str) -> Result<Vec<String>, NoAnswer> {
        let place = self.granted(repository)?;
        let tags = self.ask(async move |it| it.tags(&place.to_string()).await).await?;
        // In most registries the order is by name, so a cut at either end would hide versions at random.
        if tags.len() > TAGS {
            let message =
                format!("{repository} has {} tags, and a checker is shown {TAGS}.", tags.len());
            return Err(NoAnswer { code: "too-many".into(), message });
        }
        Ok(tags)
    }

    pub async fn resolve(&mut self, reference: &str) -> Result<String, NoAnswer> {
        let place = self.granted(reference)?;
        self.ask(async move |it| it.resolve(&place.to_string()).await).await
    }

    pub async fn created(&mut self, reference: &str) -> Result<Option<u64>, NoAnswer> {
        let place = self.granted(reference)?;
        self.ask(async move |it| it.created_unix_milliseconds(&place.to_string()).await).await
    }

    async fn ask<T, A>(&self, question: impl FnOnce(Arc<dyn Registries>) -> A) -> A::Output
    where
        T: Send + 'static,
        A: Future<Output = Result<T, NoAnswer>> + Send + 'static,
    {
        let asked = self.home.spawn(question(Arc::clone(&self.registries)));
        AbortOnDropHandle::new(asked).await.unwrap_or_else(|_| {
            let message = "The host failed while it asked the registry.".to_owned();
            Err(NoAnswer { code: "unreachable".into(), message })
        })
    }

    fn granted(&mut self, reference: &str) -> Result<ImageRef, NoAnswer> {
        let no = |code: &str, message: String| NoAnswer { code: code.into(), message };
        let place: ImageRef =
            reference.parse().map_err(|it| no("invalid-reference", format!("{it}.")))?;
        let is_granted = place.is_beside(&self.current) || self.hosts.contains(&place.registry);
        if !is_granted {
            return Err(no(
                "not-granted",
                format!(
                    "The checker may not look at {reference}: it is another repository than that of {}, and {} is not among the hosts of its grant.",
                    self.current, place.registry
                ),
            ));
        }
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            no("rate-limited", format!("The checker has looked {LOOKS} times in one call."))
        })?;
        Ok(place)
    }
}

/// Without scheme and the port that goes without saying.
fn host(granted: &str) -> &str {
    let host = granted.strip_prefix("https://").unwrap_or(granted).trim_end_matches('/');
    host.strip_suffix(":443").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;

    struct Echo;

    #[async_trait]
    impl Registries for Echo {
        async fn tags(&self, repository: &str) -> Result<Vec<String>, NoAnswer> {
            let many = if repository.ends_with("/many") { TAGS + 1 } else { 1 };
            Ok(vec![repository.to_owned(); many])
        }

        async fn resolve(&self, reference: &str) -> Result<String, NoAnswer> {
            Ok(reference.to_owned())
        }

        async fn created_unix_milliseconds(&self, _: &str) -> Result<Option<u64>, NoAnswer> {
            Ok(None)
        }
    }

    fn lookout(granted: &[&str]) -> Lookout {
        let granted: Vec<String> = granted.iter().map(ToString::to_string).collect();
        Lookout::new(Arc::new(Echo), "nginx:1.27".parse().unwrap(), &granted)
    }

    #[tokio::test]
    async fn the_repository_in_use_needs_no_grant_and_any_other_does() {
        let mut bare = lookout(&[]);
        assert_eq!(bare.tags("nginx").await.unwrap(), ["docker.io/library/nginx"]);
        assert_eq!(bare.resolve("docker.io/team/app:1").await.unwrap_err().code, "not-granted");
        let mut granted = lookout(&["https://quay.io:443"]);
        assert_eq!(granted.resolve("quay.io/a/b:1").await.unwrap(), "quay.io/a/b:1");
        assert_eq!(granted.resolve("quay.io:444/a/b:1").await.unwrap_err().code, "not-granted");
    }

    #[tokio::test]
    async fn a_checker_cannot_look_without_end() {
        let mut lookout = lookout(&[]);
        for _ in 0..LOOKS {
            lookout.created("nginx:1").await.unwrap();
        }
        assert_eq!(lookout.created("nginx:1").await.unwrap_err().code, "rate-limited");
    }

    #[tokio::test]
    async fn more_tags_than_fit_are_no_answer() {
        let mut lookout = lookout(&["quay.io"]);
        assert_eq!(lookout.tags("quay.io/many").await.unwrap_err().code, "too-many");
    }
}
