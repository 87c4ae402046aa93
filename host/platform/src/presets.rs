//! Blueprints made of deployments: the deployment's own blueprint with its values, secrets asked for instead.

use serde_json::Value;
use slipway_model::access::Action;
use slipway_model::{pointer, secret, values};
use slipway_preset::document::{Ask, Base};
use slipway_preset::{Document, compose, sounds_secret};
use slipway_registry::local;
use slipway_registry::name::{Repository, Tag, Target};
use slipway_registry::words::{Words, is_category};
use slipway_store::record::{Plugin, PluginKind};

use crate::error::named;
use crate::registry::Visitor;
use crate::{Caller, Error, Platform};

/// Manifests are small, and so is what they say.
const LONGEST_CHANGELOG: usize = 4000;

/// A blueprint that is to be made.
#[derive(Clone, Debug)]
pub struct NewPreset {
    pub name: String,
    /// The name where it is empty.
    pub title: String,
    pub summary: String,
    pub version: String,
    /// Fields that are asked for beside the secrets.
    pub ask: Vec<Ask>,
    pub locked: bool,
    pub is_public: bool,
    pub categories: Vec<String>,
    /// What is new in this version.
    pub changelog: String,
}

/// A blueprint that lies in the project's registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadePreset {
    pub reference: String,
    pub digest: String,
    pub name: String,
    pub version: String,
    pub ask: Vec<String>,
    /// Fields that sound like secrets and are none.
    pub told: Vec<String>,
    pub is_public: bool,
    /// By which the project deploys it.
    pub deploys_as: String,
}

impl Platform {
    /// Makes a blueprint of what a deployment is now, and keeps it in the project's registry.
    pub async fn blueprint_make(
        &self,
        caller: &Caller,
        project: &str,
        deployment: &str,
        new: NewPreset,
    ) -> Result<MadePreset, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, deployment)?;
        if new.is_public {
            self.permit(caller, Action::Own, &project.name)?;
        }
        let revision = self.revision_of(&deployment, deployment.revision)?;
        let blueprint = self.installed(&revision.blueprint.digest)?;
        let is_public = new.is_public;
        let words = words(caller, &new)?;
        let document = document(&blueprint, &revision.values, new)?;
        let repository: Repository =
            named("name", &format!("{}/blueprints/{}", project.name, document.id))?;
        let tag: Tag = named("version", &document.version)?;
        let quota = self.push_quota(&Visitor::Known(caller.clone()), &repository)?;
        let base = self.code(&blueprint).await?;
        let component = compose(&self.wrappers, &base, &document).map_err(wrong)?;
        let digest = slipway_model::digest::Digest::of(&component);
        let manifest = match self.registry.component(&repository, &Target::Tag(tag.clone())).await {
            Ok(known) if known.digest == digest => known.manifest.to_string(),
            Ok(_) => {
                let name = format!("{repository}:{tag}");
                return Err(Error::Exists { what: "blueprint", name });
            }
            Err(local::Error::ManifestUnknown { .. }) => {
                let words = Words { title: document.title.clone(), ..words }.annotations();
                let put =
                    self.registry.push_component(&repository, &tag, &component, &words, quota);
                let manifest = put.await?;
                let subject = format!("{repository}:{tag}@{manifest}");
                self.write_down(caller.actor(), "registry.push", subject).await?;
                manifest.to_string()
            }
            Err(error) => return Err(error.into()),
        };
        let pinned = format!("{repository}@{manifest}");
        let origin = self.arrive(&pinned).await?.origin;
        self.make_ready(caller, &project.name, component, origin, &blueprint).await?;
        self.offer_here(&repository, &caller.actor()).await?;
        if is_public {
            let (project, name) = (project.name.as_str(), repository.to_string());
            self.repository_publish(caller, project, &name, true).await?;
        }
        Ok(MadePreset {
            reference: format!("{repository}:{tag}"),
            digest: digest.to_string(),
            deploys_as: format!("{}/{}", project.name, document.id),
            name: document.id.to_string(),
            version: document.version,
            told: told(&document.values),
            ask: document.ask.into_iter().map(|it| it.pointer).collect(),
            is_public,
        })
    }
}

/// What is said of it in the registry, beside what its document says.
fn words(caller: &Caller, new: &NewPreset) -> Result<Words, Error> {
    if let Some(bad) = new.categories.iter().find(|it| !is_category(it)) {
        let message = format!(
            "{bad:?} is no category; it is lower-case letters, digits and '-', at most 32 of them"
        );
        return Err(Error::Invalid { field: "categories", message });
    }
    if new.changelog.len() > LONGEST_CHANGELOG {
        let message =
            format!("it has more than {LONGEST_CHANGELOG} bytes; say what is new in short");
        return Err(Error::Invalid { field: "changelog", message });
    }
    Ok(Words {
        kind: PluginKind::Blueprint.as_str().to_owned(),
        name: new.name.clone(),
        version: new.version.clone(),
        summary: new.summary.clone(),
        categories: new.categories.clone(),
        changelog: new.changelog.clone(),
        shared_by: caller.user.to_string(),
        ..Words::default()
    })
}

/// What the preset says: nothing of it is a secret of the deployment, nor names one.
fn document(blueprint: &Plugin, values: &Value, new: NewPreset) -> Result<Document, Error> {
    let NewPreset {
        name,
        title,
        summary,
        version,
        ask,
        locked,
        is_public: _,
        categories: _,
        changelog: _,
    } = new;
    let id = named("name", &name)?;
    let title = if title.trim().is_empty() { name.clone() } else { title };
    let summary = if summary.trim().is_empty() {
        format!("{}, as {name} has it.", blueprint.title)
    } else {
        summary
    };
    let mut values = values.clone();
    let mut asks = ask;
    for place in secret::places(&blueprint.schema, &values).secret {
        let was_set = values.pointer(&place).is_some_and(|it| !it.is_null());
        values::take_away(&mut values, &place);
        let within = |it: &Ask| format!("{place}/").starts_with(&format!("{}/", it.pointer));
        if was_set && !asks.iter().any(within) {
            asks.push(Ask { pointer: place, required: true, secret: true, ..Ask::default() });
        }
    }
    if names_secrets(&values) {
        let words = "a value outside its secrets names a Secret; the preset would take it along";
        return Err(Error::Conflict(words.into()));
    }
    let base = Base {
        id: blueprint.name.clone(),
        version: Some(blueprint.version.clone()),
        digest: Some(blueprint.digest.to_string()),
    };
    let (docs, icon) = (None, None);
    let document = Document {
        id,
        title,
        summary,
        docs,
        icon,
        version,
        base,
        values,
        ask: asks,
        locked,
        left_out: Vec::new(),
    };
    document.check().map_err(unfit)?;
    document.check_against(&blueprint.schema, &blueprint.defaults).map_err(unfit)?;
    Ok(document)
}

fn names_secrets(values: &Value) -> bool {
    match values {
        _ if secret::as_reference(values).is_some() => true,
        Value::Object(fields) => fields.values().any(names_secrets),
        Value::Array(items) => items.iter().any(names_secrets),
        _ => false,
    }
}

/// Pointers of texts whose names sound like secrets.
fn told(values: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(values, "", &mut found);
    found
}

fn collect(values: &Value, at: &str, found: &mut Vec<String>) {
    for (name, value) in values.as_object().into_iter().flatten() {
        let here = pointer::below(at, name);
        match value {
            Value::String(text) if sounds_secret(name, text) => found.push(here),
            _ => collect(value, &here, found),
        }
    }
}

fn unfit(error: slipway_preset::document::Wrong) -> Error {
    use slipway_preset::document::Wrong;
    let field = match &error {
        Wrong::Version(_) => "version",
        Wrong::Empty(field) => field,
        Wrong::Icon => "icon",
        Wrong::Values | Wrong::Large(_) | Wrong::Secret(_) | Wrong::Unfit(..) => "values",
        Wrong::Asks(_)
        | Wrong::Pointer(_)
        | Wrong::Twice(_)
        | Wrong::Generate(..)
        | Wrong::GeneratedText(_)
        | Wrong::Unknown(..)
        | Wrong::NoSecret(..) => "ask",
    };
    Error::Invalid { field, message: error.to_string() }
}

/// The document was checked and the base is installed: what is wrong now is not the caller's.
fn wrong(error: compose::Error) -> Error {
    Error::Internal(Box::new(error))
}
