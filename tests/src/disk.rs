//! Small disks, and what fills them.

use std::path::Path;
use std::process::Command;

/// Whether this machine lets a test mount a small disk.
pub fn can_mount() -> bool {
    let place = tempfile::tempdir().expect("there is a temporary directory");
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(place.path());
    let mounted = mount.output().is_ok_and(|it| it.status.success());
    mounted && Command::new("umount").arg(place.path()).status().is_ok_and(|it| it.success())
}

/// Writes until there is no room.
pub fn fill(path: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).expect("it can be made");
    for size in [1 << 20, 4096, 512, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}
