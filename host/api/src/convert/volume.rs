//! Volumes.

use slipway_platform::{KeptVolume, VolumeOwner};
use slipway_wire::volume as wire;

pub fn volume(kept: KeptVolume) -> wire::Volume {
    let KeptVolume { volume, owner } = kept;
    wire::Volume {
        name: volume.name,
        deployment: volume.app.to_string(),
        owner: match owner {
            VolumeOwner::Deployed => wire::VolumeOwner::Deployed,
            VolumeOwner::Archived => wire::VolumeOwner::Archived,
            VolumeOwner::Deleted => wire::VolumeOwner::Deleted,
        },
        size: volume.size,
        storage_class: volume.storage_class,
        phase: volume.phase,
        created_at: volume.created_at,
    }
}
