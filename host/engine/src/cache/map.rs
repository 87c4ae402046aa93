//! The one unsafe line: mapping compiled code into memory.

use std::path::Path;

use wasmtime::component::Component;

/// Maps a file that the cache wrote itself and whose seal it has checked.
#[expect(unsafe_code, reason = "wasmtime trusts compiled code; see the safety comment")]
pub(super) fn map(engine: &wasmtime::Engine, file: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file came out of this engine's compiler: `Cache` calls this only for what it has just written, or
    // for what bears a seal made with a key that nobody else can read. Its folder is closed to other users, and files
    // are replaced by renaming, never changed in place, so the mapping stays as it is.
    unsafe { Component::deserialize_file(engine, file) }
}
