//! `slipway blueprint preset BASE.wasm -f preset.yaml`: a preset by its document, without a server.

use std::path::PathBuf;

use clap::Args;
use slipway_preset::Document;

use super::kit::{self, Kit};
use crate::error::Error;
use crate::file;

#[derive(Debug, Args)]
pub struct Preset {
    /// The blueprint that it is a preset of.
    base: PathBuf,
    /// The document, YAML or JSON.
    #[arg(short = 'f', long, value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    kit: Kit,
}

pub async fn preset(preset: Preset) -> Result<(), Error> {
    let text = kit::text(&preset.file)?;
    let document: Document = serde_yaml_ng::from_str(&text)
        .map_err(|error| Error::Usage(format!("{}: {error}", preset.file.display())))?;
    let written = preset.kit.write(file::bytes(&preset.base)?, &document).await?;
    let out = preset.kit.out().display();
    eprintln!(
        "wrote {out} ({} KiB): {} {}",
        written.bytes.div_ceil(1024),
        document.id,
        document.version
    );
    eprintln!("hint: slipway plugin install {out}");
    println!("{}", written.digest);
    Ok(())
}
