//! A version is one component for good, and so is a name in a registry.

use slipway_store::Reads;
use slipway_store::record::{Origin, PLUGINS};

use super::source;
use crate::Error;
use crate::ports::Inspected;

/// Refuses what calls itself as another installed component does, and what a tag names that named another before.
pub(super) fn check(
    reader: &impl Reads,
    looked: &Inspected,
    origin: &Origin,
    replaces: bool,
) -> Result<(), Error> {
    let Inspected { digest, kind, name, version, wanted: _ } = looked;
    let others = reader.all(&PLUGINS, "")?.into_iter().map(|(_, it)| it);
    // What projects made for themselves has names of its own.
    let others = others.filter(|it| it.projects.is_empty());
    for other in others.filter(|it| it.digest != *digest) {
        if let Some(reference) = source::same_tag(&other.origin, origin) {
            return Err(Error::Conflict(format!(
                "{reference} was {} when it was installed, and is {digest} now: somebody has moved the tag. Nothing was \
                 changed. Ask whoever pushes there; if you mean this one, install it by its digest",
                other.digest
            )));
        }
        let same = other.kind == *kind && other.name == *name && other.version == *version;
        if same && !replaces {
            return Err(Error::Conflict(format!(
                "{name} {version} is installed as {}, and this is another component that calls itself the same \
                 ({digest}); nothing was changed. Give it a new version, or say that it replaces the other",
                other.digest
            )));
        }
    }
    Ok(())
}
