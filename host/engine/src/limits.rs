//! How much of everything a plugin may use, and the limiter of its memory.

use std::time::Duration;

use wasmtime::{ResourceLimiter, Result, bail};

/// A component may have at most this many bytes.
pub const LARGEST_COMPONENT_BYTES: usize = 32 << 20;
/// Compiling it may take so long ...
pub const COMPILING: Duration = Duration::from_mins(10);
/// ... and so much memory: the largest that we know, an interpreter of 18 MiB, takes 0.5 GB.
pub const COMPILING_BYTES: u64 = 3 << 30;
/// No grant goes beyond this much linear memory per call.
pub const MOST_MEBIBYTES: u32 = 256;
/// No grant goes beyond this much time per call.
pub const MOST_MILLISECONDS: u32 = 30_000;

/// What one answer may weigh, all its texts together.
pub const ANSWER_BYTES: usize = 4 << 20;
/// What wasmtime copies out of a guest at most in one go: an answer, with room for the lists around its texts.
pub const COPIED_BYTES: usize = 2 * ANSWER_BYTES;
/// Objects in one answer.
pub const OBJECTS: usize = 2_000;
/// What a control plugin may keep between two steps; it lives in the status of a resource.
pub const MEMORY_BYTES: usize = 64 << 10;
/// Lines and links for people in one answer.
pub const LINES: usize = 200;
/// Characters of one such line.
pub const LINE_BYTES: usize = 4 << 10;
/// What is kept of a plugin's log, and of its standard error, per call.
pub const LOG_BYTES: usize = 64 << 10;
/// Handles that a guest may hold in the host at once.
pub const HANDLES: usize = 1_000;
/// How often an update checker may ask registries in one call.
pub const LOOKS: u32 = 50;
/// Tags of one repository that it is shown.
pub const TAGS: usize = 20_000;
/// Entries of all tables of one instance.
const TABLE_ENTRIES: usize = 100_000;

/// Bounds the memory of one instance, all its linear memories together, and remembers when it was too little.
#[derive(Debug)]
pub struct Limiter {
    left_bytes: usize,
    left_entries: usize,
    pub exceeded: bool,
}

impl Limiter {
    pub fn new(mebibytes: u32) -> Self {
        let bytes = usize::try_from(mebibytes).unwrap_or(usize::MAX).saturating_mul(1 << 20);
        Self { left_bytes: bytes, left_entries: TABLE_ENTRIES, exceeded: false }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, now: usize, wanted: usize, _most: Option<usize>) -> Result<bool> {
        let growth = wanted.saturating_sub(now);
        if growth > self.left_bytes {
            self.exceeded = true;
            bail!("the memory of this call is used up");
        }
        self.left_bytes -= growth;
        Ok(true)
    }

    fn table_growing(&mut self, now: usize, wanted: usize, _most: Option<usize>) -> Result<bool> {
        let growth = wanted.saturating_sub(now);
        if growth > self.left_entries {
            self.exceeded = true;
            bail!("the tables of this call are used up");
        }
        self.left_entries -= growth;
        Ok(true)
    }
}
