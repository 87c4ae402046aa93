//! `slipway:log`: lines into the log of the call.

use wasmtime::Result;
use wasmtime::component::{HasSelf, Linker};

use super::blueprint::slipway::log::log::{self, Host, Level};
use super::blueprint::slipway::types::types;
use crate::guest::Guest;

pub fn add_to_linker(linker: &mut Linker<Guest>) -> Result<()> {
    log::add_to_linker::<_, HasSelf<_>>(linker, |guest| guest)?;
    types::add_to_linker::<_, HasSelf<_>>(linker, |guest| guest)
}

impl types::Host for Guest {}

impl Host for Guest {
    fn write(&mut self, level: Level, message: String) -> Result<()> {
        let level = match level {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        };
        self.log.write(level, &message);
        Ok(())
    }
}
