//! `slipway down`: ends the server, then the node with its apps.

use anyhow::Result;

use crate::guard;
use crate::options::Down;

pub fn down(down: &Down) -> Result<()> {
    let data = &down.directory.data;
    let server = guard::stop(&data.join("server.lock"))?;
    let node = guard::stop(&data.join("node.lock"))?;
    match (server, node) {
        (false, false) => eprintln!("nothing runs from {}", data.display()),
        _ => eprintln!("stopped; everything is kept in {}", data.display()),
    }
    Ok(())
}
