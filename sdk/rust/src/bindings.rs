//! The generated side of the contract: one module per world, sharing one set of types.

#![allow(
    missing_docs,
    clippy::pedantic,
    unsafe_code,
    unused_qualifications,
    reason = "generated from wit/, where the documentation is"
)]

pub mod blueprint {
    wit_bindgen::generate!({
        path: "../../wit/v1",
        world: "slipway:plugin/blueprint",
        pub_export_macro: true,
        generate_unused_types: true,
        generate_all,
    });
}

pub mod control {
    wit_bindgen::generate!({
        path: "../../wit/v1",
        world: "slipway:plugin/control",
        pub_export_macro: true,
        with: {
            "slipway:types/types@1.0.0": super::blueprint::slipway::types::types,
            "slipway:log/log@1.0.0": super::blueprint::slipway::log::log,
        },
        generate_all,
    });
}

pub mod update_checker {
    wit_bindgen::generate!({
        path: "../../wit/v1",
        world: "slipway:plugin/update-checker",
        pub_export_macro: true,
        with: {
            "slipway:types/types@1.0.0": super::blueprint::slipway::types::types,
            "slipway:log/log@1.0.0": super::blueprint::slipway::log::log,
        },
        generate_all,
    });
}

pub mod config_check {
    wit_bindgen::generate!({
        path: "../../wit/v1",
        world: "slipway:plugin/config-check",
        pub_export_macro: true,
        with: { "slipway:types/types@1.0.0": super::blueprint::slipway::types::types },
    });
}

pub mod migrate {
    wit_bindgen::generate!({
        path: "../../wit/v1",
        world: "slipway:plugin/migrate",
        pub_export_macro: true,
        with: { "slipway:types/types@1.0.0": super::blueprint::slipway::types::types },
    });
}

pub mod suggest {
    wit_bindgen::generate!({
        path: "../../wit/v1",
        world: "slipway:plugin/suggest",
        pub_export_macro: true,
        with: { "slipway:types/types@1.0.0": super::blueprint::slipway::types::types },
    });
}
