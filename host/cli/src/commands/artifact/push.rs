//! `slipway plugin push`: a component and, beside it, its bill of materials.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;
use slipway_author::{self as workshop, Report};
use slipway_registry::words::{Words, is_category};

use super::Only;
use crate::error::Error;
use crate::file;
use crate::registry::{Door, Named};

#[derive(Debug, Args)]
pub struct Push {
    file: PathBuf,
    /// registry.example/team/name; the component's own version is the tag.
    reference: String,
    /// Let the tag name this component, whatever it names now.
    #[arg(long)]
    force: bool,
    /// A bill of materials to attach: CycloneDX or SPDX as JSON.
    #[arg(long, value_name = "FILE")]
    sbom: Option<PathBuf>,
    /// Licence of the component as an SPDX expression: Apache-2.0.
    #[arg(long, value_name = "SPDX")]
    license: Option<String>,
    /// Where its source is.
    #[arg(long, value_name = "URL")]
    source: Option<String>,
    /// What it is for, in the marketplace: office, database; several may.
    #[arg(long = "category", value_name = "WORD")]
    categories: Vec<String>,
    /// What is new in this version.
    #[arg(long, value_name = "TEXT")]
    changelog: Option<String>,
    /// Who shares it, for people.
    #[arg(long = "by", value_name = "NAME")]
    shared_by: Option<String>,
    #[command(flatten)]
    door: Door,
}

pub async fn push(push: Push, only: Only) -> Result<(), Error> {
    let Push { file, reference, force, sbom, door, .. } = &push;
    let named = Named::read(reference)?;
    let component = file::bytes(file)?;
    let sbom = sbom.as_deref().map(bill).transpose()?;
    let report = workshop::inspect(component.clone()).await;
    let report = report.map_err(|error| Error::Failed(error.to_string()))?;
    if only == Only::Blueprints && !report.world.starts_with("slipway:plugin/blueprint@") {
        let words = format!(
            "{} is made for {}; push it with `slipway plugin push`",
            report.id, report.world
        );
        return Err(Error::Usage(words));
    }
    let reference = format!("{}:{}", named.place(), tag(&named, &report)?);
    let annotations = annotations(&report, &push)?;
    let remote = door.open(&named.registry)?;
    eprintln!("pushing {} {}, {} KiB", report.id, report.version, component.len().div_ceil(1024));
    let pushed = if *force {
        remote.push_over(&reference, &component, &annotations).await?
    } else {
        remote.push(&reference, &component, &annotations).await?
    };
    let word = if pushed.was_there { "is there already, as it is:" } else { "pushed" };
    eprintln!("{word} {reference}");
    if let Some((kind, document)) = sbom {
        let pinned = format!("{}@{}", named.place(), pushed.manifest);
        remote.attach(&pinned, kind, &document).await?;
        eprintln!("attached its bill of materials ({kind})");
    }
    println!("{}", pushed.manifest);
    Ok(())
}

/// Tags are versions, and a component says its own: two that differ would be told apart by nobody.
fn tag(named: &Named, report: &Report) -> Result<String, Error> {
    if named.digest.is_some() {
        return Err(Error::Usage("a push goes to a version; leave the @sha256:… out".into()));
    }
    let version = &report.version;
    let read = semver::Version::parse(version).map_err(|error| {
        Error::Usage(format!("the component's version {version:?} is not semantic: {error}"))
    })?;
    if !read.build.is_empty() {
        return Err(Error::Usage(format!("the version {version} cannot be a tag: it has a +")));
    }
    match &named.tag {
        Some(tag) if tag != version => Err(Error::Usage(format!(
            "the component says that it is version {version}, and the reference says {tag}; leave the tag out, or \
             build it as {tag}"
        ))),
        _ => Ok(version.clone()),
    }
}

fn annotations(report: &Report, push: &Push) -> Result<BTreeMap<String, String>, Error> {
    if let Some(bad) = push.categories.iter().find(|it| !is_category(it)) {
        let words = format!(
            "--category {bad}: a category is lower-case letters, digits and '-', at most 32"
        );
        return Err(Error::Usage(words));
    }
    let kind = report.world.trim_start_matches("slipway:plugin/");
    let words = Words {
        kind: kind.split('@').next().unwrap_or_default().to_owned(),
        name: report.id.clone(),
        version: report.version.clone(),
        title: report.title.clone(),
        summary: report.summary.clone(),
        categories: push.categories.clone(),
        changelog: push.changelog.clone().unwrap_or_default(),
        shared_by: push.shared_by.clone().unwrap_or_default(),
        license: push.license.clone().unwrap_or_default(),
        source: push.source.clone().unwrap_or_default(),
    };
    Ok(words.annotations())
}

/// A bill of materials and what it is.
fn bill(path: &Path) -> Result<(&'static str, Vec<u8>), Error> {
    let document = file::bytes(path)?;
    let read: Value = serde_json::from_slice(&document).unwrap_or_default();
    let kind = if read["bomFormat"] == "CycloneDX" {
        "application/vnd.cyclonedx+json"
    } else if read["spdxVersion"].is_string() {
        "application/spdx+json"
    } else {
        let words = format!(
            "{} is no bill of materials that is known: CycloneDX or SPDX, as JSON",
            path.display()
        );
        return Err(Error::Usage(words));
    };
    Ok((kind, document))
}
