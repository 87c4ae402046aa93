//! `slipway plugin list REF`: the versions of a repository, or the repositories of a registry.

use serde::Serialize;
use slipway_registry::remote::Remote;

use slipway_model::image::is_host;

use crate::error::Error;
use crate::output::{self, Format};
use crate::registry::{Door, Named};

#[derive(Serialize)]
struct Row {
    version: String,
    digest: String,
    reference: String,
}

pub async fn list(reference: &str, format: Format, door: &Door) -> Result<(), Error> {
    if is_host(reference) && !reference.contains('/') {
        let repositories = door.open(reference)?.repositories(reference).await?;
        let headings: (&[&str], &[&str]) = (&["NAME"], &[]);
        output::list(format, headings, &repositories, |it| output::Row {
            name: it.clone(),
            cells: Vec::new(),
            more: Vec::new(),
        });
        return Ok(());
    }
    let named = Named::read(reference)?;
    let versions = versions(&door.open(&named.registry)?, &named).await?;
    let headings: (&[&str], &[&str]) = (&["VERSION", "DIGEST"], &["REFERENCE"]);
    output::list(format, headings, &versions, |it| output::Row {
        name: it.version.clone(),
        cells: vec![it.digest.clone()],
        more: vec![it.reference.clone()],
    });
    Ok(())
}

/// The newest first. What lies beside components, such as signatures, is no version of them.
async fn versions(remote: &Remote, named: &Named) -> Result<Vec<Row>, Error> {
    let place = named.place();
    let mut tags = remote.tags(&place).await?;
    tags.retain(|it| !it.starts_with("sha256-"));
    tags.sort_by_cached_key(|it| std::cmp::Reverse((semver::Version::parse(it).ok(), it.clone())));
    let mut versions = Vec::new();
    for tag in tags {
        // One that was deleted meanwhile is no version any more.
        if let Some(digest) = remote.named(&format!("{place}:{tag}")).await? {
            let reference = format!("{place}@{digest}");
            versions.push(Row { version: tag, digest: digest.to_string(), reference });
        }
    }
    Ok(versions)
}
