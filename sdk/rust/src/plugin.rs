//! What every plugin says of itself, and the macros that make a component of one.

use serde_json::{Value, json};

/// What people read of a plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) docs: String,
    pub(crate) icon: Option<String>,
    pub(crate) extra: Value,
}

impl About {
    /// A title, and one or two sentences.
    pub fn new(title: &str, summary: &str) -> Self {
        Self {
            title: title.to_owned(),
            summary: summary.to_owned(),
            docs: String::new(),
            icon: None,
            extra: json!({}),
        }
    }

    /// Markdown for the catalogue's page.
    #[must_use]
    pub fn docs(mut self, markdown: &str) -> Self {
        self.docs = markdown.to_owned();
        self
    }

    /// A picture, as SVG text.
    #[must_use]
    pub fn icon(mut self, svg: &str) -> Self {
        self.icon = Some(svg.to_owned());
        self
    }

    /// By what objects are judged whose kinds the host does not know: rules as `slipway health --rules` takes them, in the
    /// order in which they are asked.
    ///
    /// ```
    /// # use slipway_sdk::prelude::*;
    /// About::new("Database", "A database.").health_rules(json!([
    ///     {"group": "example.org", "kind": "Database", "when": [{"pointer": "/status/phase", "equals": "Failed"}],
    ///      "health": "Degraded", "reason": "SetupFailed", "message": "It could not be set up: {/status/error}"}
    /// ]));
    /// ```
    #[must_use]
    pub fn health_rules(self, rules: Value) -> Self {
        self.extra("healthRules", rules)
    }

    /// A word of the open side field: categories, links, own kinds.
    #[must_use]
    pub fn extra(mut self, name: &str, value: Value) -> Self {
        self.extra[name] = value;
        self
    }
}

/// Name and version, from the crate's own `Cargo.toml`. The macros implement it.
pub trait Plugin {
    /// The package's name.
    const NAME: &'static str;
    /// The package's version.
    const VERSION: &'static str;
}

/// Makes a component of a blueprint.
///
/// `kinds` are what it wants to be granted, `group/Kind` or `Kind`; `optional` are the further traits that it
/// implements: `check`, `migrate`, `suggest`.
#[macro_export]
macro_rules! blueprint {
    ($plugin:ident $(, kinds: [$($kind:literal),* $(,)?])? $(, optional: [$($piece:ident),*])? $(,)?) => {
        $crate::__plugin!($plugin, "slipway:plugin/blueprint@1.0.0", [$($($kind),*)?]);
        #[cfg(target_family = "wasm")]
        $crate::bindings::blueprint::export!($plugin with_types_in $crate::bindings::blueprint);
        $($($crate::__piece!($piece, $plugin);)*)?
    };
}

/// Makes a component of a control plugin. `kinds` are what it adds to the blueprint's own.
#[macro_export]
macro_rules! control {
    ($plugin:ident $(, kinds: [$($kind:literal),* $(,)?])? $(,)?) => {
        $crate::__plugin!($plugin, "slipway:plugin/control@1.0.0", [$($($kind),*)?]);
        #[cfg(target_family = "wasm")]
        $crate::bindings::control::export!($plugin with_types_in $crate::bindings::control);
    };
}

/// Makes a component of an update checker.
#[macro_export]
macro_rules! update_checker {
    ($plugin:ident $(,)?) => {
        $crate::__plugin!($plugin, "slipway:plugin/update-checker@1.0.0", []);
        #[cfg(target_family = "wasm")]
        $crate::bindings::update_checker::export!(
            $plugin with_types_in $crate::bindings::update_checker
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __piece {
    (check, $plugin:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::bindings::config_check::export!($plugin with_types_in $crate::bindings::config_check);
    };
    (migrate, $plugin:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::bindings::migrate::export!($plugin with_types_in $crate::bindings::migrate);
    };
    (suggest, $plugin:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::bindings::suggest::export!($plugin with_types_in $crate::bindings::suggest);
    };
}

/// The manifest: read by the host from the custom section before any code is compiled.
#[doc(hidden)]
#[macro_export]
macro_rules! __plugin {
    ($plugin:ident, $world:literal, [$($kind:literal),*]) => {
        impl $crate::Plugin for $plugin {
            const NAME: &'static str = ::core::env!("CARGO_PKG_NAME");
            const VERSION: &'static str = ::core::env!("CARGO_PKG_VERSION");
        }

        const _: () = {
            const MANIFEST: &str = ::core::concat!(
                r#"{"manifest":1,"world":""#, $world,
                r#"","id":""#, ::core::env!("CARGO_PKG_NAME"),
                r#"","version":""#, ::core::env!("CARGO_PKG_VERSION"),
                r#"","wants":{"kinds":"#, $crate::__list!($($kind),*), "}}"
            );
            #[allow(unsafe_code, reason = "a custom section has no safe spelling")]
            #[cfg_attr(target_family = "wasm", unsafe(link_section = "slipway:plugin"))]
            #[used]
            static SECTION: [u8; MANIFEST.len()] = {
                let mut bytes = [0; MANIFEST.len()];
                let mut at = 0;
                while at < bytes.len() {
                    bytes[at] = MANIFEST.as_bytes()[at];
                    at += 1;
                }
                bytes
            };
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __list {
    () => { "[]" };
    ($first:literal $(, $rest:literal)*) => {
        ::core::concat!("[\"", $first, "\"" $(, ",\"", $rest, "\"")*, "]")
    };
}
