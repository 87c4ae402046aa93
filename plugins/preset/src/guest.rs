//! The component: what it imports of the base, and what it exports in its place.

#[allow(
    missing_docs,
    clippy::pedantic,
    unsafe_code,
    unused_qualifications,
    reason = "generated from wit/, where the documentation is"
)]
mod bindings {
    #[cfg(not(feature = "checked"))]
    wit_bindgen::generate!({
        path: ["../../wit/v1", "wit"],
        world: "slipway:preset/plain",
        generate_all,
    });
    #[cfg(feature = "checked")]
    wit_bindgen::generate!({
        path: ["../../wit/v1", "wit"],
        world: "slipway:preset/checked",
        generate_all,
    });
}

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json_alloc::Value;
use slipway_overlay as overlay;

use self::bindings::exports::slipway::blueprint::blueprint as ours;
use self::bindings::slipway::blueprint::blueprint as base;
use self::bindings::slipway::preset::document;
use self::bindings::slipway::types::types::Failure;

#[global_allocator]
static MEMORY: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

struct Preset;

impl ours::Guest for Preset {
    fn describe() -> ours::Description {
        let base::Description {
            name: _,
            title,
            summary,
            version: _,
            icon,
            docs,
            values_schema,
            default_values,
            extra,
        } = base::describe();
        let document = read();
        let text = |word: &str| document[word].as_str().map(String::from);
        let overlaid = overlay::form(&document, json(&values_schema), &json(&default_values));
        ours::Description {
            name: text("id").unwrap_or_default(),
            title: text("title").unwrap_or(title),
            summary: text("summary").unwrap_or(summary),
            version: text("version").unwrap_or_default(),
            icon: text("icon").or(icon),
            docs: text("docs").unwrap_or(docs),
            values_schema: overlaid.schema.to_string(),
            default_values: overlaid.defaults.to_string(),
            extra,
        }
    }

    fn render(input: ours::RenderInput) -> Result<Vec<String>, Failure> {
        let ours::RenderInput { app, values, facts } = input;
        let values = whole(values);
        base::render(&base::RenderInput { app, values, facts })
    }
}

#[cfg(feature = "checked")]
impl bindings::exports::slipway::blueprint::config_check::Guest for Preset {
    fn check(
        app: bindings::slipway::types::types::App,
        values: String,
        facts: String,
    ) -> Vec<Failure> {
        bindings::slipway::blueprint::config_check::check(&app, &whole(values), &facts)
    }
}

/// The values as the base wants them: with what the form does not show.
fn whole(values: String) -> String {
    let document = read();
    if !overlay::is_locked(&document) {
        return values;
    }
    let defaults = json(&base::describe().default_values);
    overlay::values(&document, &defaults, &json(&values)).to_string()
}

fn read() -> Value {
    json(&document::read())
}

/// The host reads both before it lets anybody install them; anything else counts as nothing said.
fn json(text: &str) -> Value {
    serde_json_alloc::from_str(text).unwrap_or_default()
}

#[allow(unsafe_code, reason = "generated: the entry points of the component")]
mod entry {
    use super::{Preset, bindings};

    bindings::export!(Preset with_types_in bindings);
}

// The compiler calls memcmp and its kin; those of the target's own C library ask the host for nothing.
#[allow(unsafe_code, reason = "a library is linked")]
#[link(name = "c")]
unsafe extern "C" {}

/// Where the canonical ABI gets memory from; wit-bindgen's own needs the standard library on this target.
///
/// # Safety
///
/// As the canonical ABI calls it: `old` is null, or what was given for `size` and `align` before.
#[allow(unsafe_code, reason = "the canonical ABI works with addresses")]
#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_realloc(
    old: *mut u8,
    size: usize,
    align: usize,
    wanted: usize,
) -> *mut u8 {
    use alloc::alloc::{Layout, alloc, realloc};
    if wanted == 0 {
        return core::ptr::without_provenance_mut(align);
    }
    let Ok(layout) = Layout::from_size_align(if size == 0 { wanted } else { size }, align) else {
        trap()
    };
    // SAFETY: the layout is that of the old block, or of a new one, and no size is 0.
    let new = unsafe { if size == 0 { alloc(layout) } else { realloc(old, layout, wanted) } };
    if new.is_null() { trap() } else { new }
}

#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    trap()
}

fn trap() -> ! {
    core::arch::wasm32::unreachable()
}
