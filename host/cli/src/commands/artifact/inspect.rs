//! `slipway plugin inspect REF`: what lies in a registry under a name, and what is attached to it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Error;
use crate::output::{self, Format};
use crate::registry::{Door, Named};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    reference: String,
    digest: String,
    component: String,
    bytes: u64,
    annotations: BTreeMap<String, String>,
    signatures: usize,
    attached: Vec<Attached>,
}

#[derive(Serialize)]
struct Attached {
    kind: String,
    digest: String,
}

pub async fn inspect(reference: &str, format: Format, door: &Door) -> Result<(), Error> {
    let named = Named::read(reference)?;
    let remote = door.open(&named.registry)?;
    let resolved = remote.resolve(&named.exact()?).await?;
    let pinned = format!("{}@{}", named.place(), resolved.manifest);
    let signed = remote.signed(&pinned).await?;
    let attached = remote.attached(&pinned).await?.into_iter();
    let seen = Seen {
        reference: pinned,
        digest: resolved.manifest.to_string(),
        component: resolved.component.to_string(),
        bytes: resolved.size,
        annotations: resolved.annotations,
        signatures: signed.signatures.len(),
        attached: attached.map(|it| Attached { kind: it.kind, digest: it.digest }).collect(),
    };
    output::one(format, &seen, &seen.digest, || told(&seen));
    Ok(())
}

fn told(seen: &Seen) -> String {
    let said = seen.annotations.iter().map(|(key, it)| {
        format!("{}: {it}\n", key.strip_prefix("org.opencontainers.image.").unwrap_or(key))
    });
    let said = said.collect::<String>();
    let signatures = match seen.signatures {
        0 => "nobody signed it".to_owned(),
        1 => "1 signature; say whose with `slipway plugin verify`".to_owned(),
        more => format!("{more} signatures; say whose with `slipway plugin verify`"),
    };
    let attached = seen.attached.iter().map(|it| format!("  {}  {}\n", it.kind, it.digest));
    let attached = attached.collect::<String>();
    let attached = if attached.is_empty() { "  nothing\n".to_owned() } else { attached };
    let Seen { reference, component, bytes, .. } = seen;
    format!(
        "{reference}\n{said}component {component}, {} KiB\n{signatures}\nAttached\n{attached}",
        bytes.div_ceil(1024)
    )
}
