//! Version 1 of the contract: the generated bindings, and what of ours guests import.
//!
//! A later major version gets a module of its own beside this one, and converts into the model just as this does.

pub mod ask;
mod convert;
mod log;
mod registry;
mod update;

pub use convert::{
    about_blueprint, about_control, failure, render_input, step_input, stepped, sum_of_output,
    sum_of_step,
};
pub use update::{about_checker, candidate, check_input, sum_of_candidate, sum_of_check};

use wasmtime::component::Linker;

use crate::guest::Guest;

/// The version that this host offers.
pub const VERSION: &str = "1.0.0";
/// The optional piece of a blueprint that checks values.
pub const CONFIG_CHECK: &str = "slipway:blueprint/config-check@1.0.0";

/// Generated from `wit/v1`, one module per world, sharing one set of types.
pub mod blueprint {
    wasmtime::component::bindgen!({
        path: "../../wit/v1",
        world: "slipway:plugin/blueprint",
        imports: { default: trappable },
        exports: { default: async },
    });
}

/// Generated from `wit/v1`.
pub mod control {
    wasmtime::component::bindgen!({
        path: "../../wit/v1",
        world: "slipway:plugin/control",
        imports: { default: trappable },
        exports: { default: async },
        with: {
            "slipway:types/types@1.0.0": super::blueprint::slipway::types::types,
            "slipway:log/log@1.0.0": super::blueprint::slipway::log::log,
        },
    });
}

/// Generated from `wit/v1`.
pub mod update_checker {
    wasmtime::component::bindgen!({
        path: "../../wit/v1",
        world: "slipway:plugin/update-checker",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "slipway:types/types@1.0.0": super::blueprint::slipway::types::types,
            "slipway:log/log@1.0.0": super::blueprint::slipway::log::log,
        },
    });
}

/// Generated from `wit/v1`.
pub mod config_check {
    wasmtime::component::bindgen!({
        path: "../../wit/v1",
        world: "slipway:plugin/config-check",
        imports: { default: trappable },
        exports: { default: async },
        with: { "slipway:types/types@1.0.0": super::blueprint::slipway::types::types },
    });
}

/// All that a guest may import: WASI with nothing in it, and our interfaces.
pub fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    log::add_to_linker(&mut linker)?;
    registry::add_to_linker(&mut linker)?;
    Ok(linker)
}
