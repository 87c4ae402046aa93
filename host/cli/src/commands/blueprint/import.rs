//! `slipway blueprint import FILE`: a Compose file or another platform's template becomes a blueprint, without a server.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;
use slipway_preset::{Format as Kind, Imported, Source, guess, import as read};

use super::kit::{self, Kit};
use crate::error::Error;
use crate::output::{self, Format};

#[derive(Debug, Args)]
pub struct Import {
    /// The template; of Dokploy's, `template.toml` or the folder that it is in.
    file: PathBuf,
    /// Whose it is; guessed where it is not said.
    #[arg(long, value_enum)]
    from: Option<From>,
    /// Name of the blueprint; the file's own by default.
    #[arg(long)]
    name: Option<String>,
    /// Version of the blueprint.
    #[arg(long = "set-version", value_name = "VERSION", default_value = "1.0.0")]
    version: String,
    /// The Compose file that the template names.
    #[arg(long, value_name = "FILE")]
    compose: Option<PathBuf>,
    /// Which template of a list, by its title.
    #[arg(long, value_name = "TITLE")]
    template: Option<String>,
    #[command(flatten)]
    kit: Kit,
    /// Form of the report.
    #[arg(long, value_enum, default_value_t)]
    report: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum From {
    Compose,
    Caprover,
    Coolify,
    Dokploy,
    Portainer,
}

pub async fn import(import: Import) -> Result<(), Error> {
    let (file, compose) = files(&import)?;
    let text = kit::text(&file)?;
    let compose = compose.map(|it| kit::text(&it)).transpose()?;
    let source =
        Source { text: &text, compose: compose.as_deref(), template: import.template.as_deref() };
    let said = import.from.map(|it| match it {
        From::Compose => Kind::Compose,
        From::Caprover => Kind::Caprover,
        From::Coolify => Kind::Coolify,
        From::Dokploy => Kind::Dokploy,
        From::Portainer => Kind::Portainer,
    });
    let failed = |error: slipway_preset::import::Error| {
        Error::Failed(format!("{} cannot be imported: {error}", file.display()))
    };
    let kind = said.map_or_else(|| guess(&source), Ok).map_err(failed)?;
    let imported = read(kind, &source).map_err(failed)?;
    let name = name(&import, &file, &imported)?;
    let mut document = imported.clone().into_document(name.clone());
    document.version = import.version.clone();
    let base = import.kit.bundled(slipway_preset::import::STACK)?;
    let written = import.kit.write(base, &document).await?;
    let out = import.kit.out().display().to_string();
    let report = json!({
        "name": name, "version": document.version, "format": kind, "file": out, "digest": written.digest,
        "carried": imported.carried, "ask": imported.ask, "leftOut": imported.left_out,
    });
    output::one(import.report, &report, name.as_str(), || told(&imported));
    eprintln!(
        "wrote {out} ({} KiB): the blueprint {name} {}",
        written.bytes.div_ceil(1024),
        document.version
    );
    eprintln!("hint: slipway plugin install {out}, then slipway deploy APP --blueprint {name}");
    Ok(())
}

/// The template and the Compose file beside it.
fn files(import: &Import) -> Result<(PathBuf, Option<PathBuf>), Error> {
    let mut file = import.file.clone();
    if file.is_dir() {
        let names = [
            "template.toml",
            "compose.yaml",
            "compose.yml",
            "docker-compose.yml",
            "docker-compose.yaml",
        ];
        let found = names.iter().map(|it| file.join(it)).find(|it| it.is_file());
        let none =
            || Error::Usage(format!("there is none of {} in {}", names.join(", "), file.display()));
        file = found.ok_or_else(none)?;
    }
    let beside = |name: &str| file.with_file_name(name);
    let is_toml = file.extension().is_some_and(|it| it == "toml");
    let compose = import.compose.clone().or_else(|| {
        let names = ["docker-compose.yml", "docker-compose.yaml", "compose.yaml", "compose.yml"];
        names.iter().map(|it| beside(it)).find(|it| is_toml && it.is_file())
    });
    Ok((file, compose))
}

fn name(
    import: &Import,
    file: &Path,
    imported: &Imported,
) -> Result<slipway_model::name::PluginName, Error> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let usual = ["docker-compose", "compose", "template", "templates"].contains(&stem.as_str());
    let folder = file
        .canonicalize()
        .ok()
        .and_then(|it| Some(it.parent()?.file_name()?.to_string_lossy().into_owned()));
    let own =
        imported.title.clone().unwrap_or_else(|| if usual { folder.unwrap_or(stem) } else { stem });
    let spelled = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let own: String = own.chars().map(spelled).collect();
    let name = import.name.clone().unwrap_or_else(|| own.trim_matches('-').to_owned());
    name.parse().map_err(|error| {
        Error::Usage(format!("{name:?} cannot be the blueprint's name: {error}; use --name"))
    })
}

fn told(imported: &Imported) -> String {
    let mut text = String::from("Carried over\n");
    imported.carried.iter().for_each(|it| text.push_str(&format!("  {it}\n")));
    let mut asked = vec![["ASKED", "FIELD", "HOW"].map(str::to_owned).to_vec()];
    for ask in &imported.ask {
        let how = match (ask.secret, ask.required, ask.generate) {
            (true, _, Some(length)) => {
                format!("secret, made up ({length} characters) if you give none")
            }
            (true, true, None) => "secret, needed".to_owned(),
            (true, false, None) => "secret, may be left empty".to_owned(),
            (false, true, _) => "needed".to_owned(),
            (false, false, _) => "has a default".to_owned(),
        };
        asked.push(vec![ask.title.clone().unwrap_or_default(), ask.pointer.clone(), how]);
    }
    text.push_str(&format!("\n{}", output::table(&asked)));
    if imported.left_out.is_empty() {
        return text + "\nNothing was left out.\n";
    }
    let mut left = vec![["LEFT OUT", "WHERE", "WHY"].map(str::to_owned).to_vec()];
    let row = |it: &slipway_preset::document::LeftOut| {
        vec![it.what.clone(), it.place.clone(), it.why.clone()]
    };
    left.extend(imported.left_out.iter().map(row));
    text + &format!("\n{}", output::table(&left))
}
