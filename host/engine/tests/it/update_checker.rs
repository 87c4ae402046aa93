//! Update checkers in each language, against a registry of a few tags. The engine runs no update checkers yet, so the
//! bindings are the test's own.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};
use wasmtime::{Config, Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use crate::guests::compiled;

wasmtime::component::bindgen!({
    path: "../../wit/v1",
    world: "slipway:plugin/update-checker",
});

use exports::slipway::update_checker::update_checker::{Candidate, CheckInput, Description};
use slipway::log::log;
use slipway::registry::registry;
use slipway::types::types;

type Checked = Result<Option<Candidate>, types::Failure>;

/// The same update checker in two languages.
const NEWEST: [(&str, &str); 2] =
    [("typescript/newest-tag", "newest-tag"), ("go/newest-tag-go", "newest-tag-go")];
const SEMVER: &str = "semver_range";

/// A registry that answers for one repository, and the empty world that Go's library wants to see.
struct Shop {
    wasi: WasiCtx,
    table: ResourceTable,
    log: Vec<String>,
}

impl WasiView for Shop {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl types::Host for Shop {}

impl log::Host for Shop {
    fn write(&mut self, _level: log::Level, message: String) {
        self.log.push(message);
    }
}

impl registry::Host for Shop {
    fn tags(&mut self, repository: String) -> Result<Vec<String>, registry::Failure> {
        if repository != "registry.example/team/app" {
            let message = format!("{repository} is not granted.");
            return Err(registry::Failure { code: "not-granted".into(), message });
        }
        let tags = ["latest", "1.4.2", "1.10.0", "1.9.3", "2.0.0", "2.1.0-rc.1"];
        Ok(tags.map(str::to_owned).to_vec())
    }

    fn resolve(&mut self, reference: String) -> Result<String, registry::Failure> {
        Ok(format!("sha256:of-{reference}"))
    }

    fn created(&mut self, _reference: String) -> Result<Option<u64>, registry::Failure> {
        Ok(None)
    }
}

fn opened(artefact: &str) -> (Store<Shop>, UpdateChecker) {
    static COMPILED: Mutex<BTreeMap<String, Component>> = Mutex::new(BTreeMap::new());
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(&Config::new()).unwrap());
    let mut compiled_before = COMPILED.lock().unwrap();
    let component = compiled_before
        .entry(artefact.to_owned())
        .or_insert_with(|| Component::new(&ENGINE, compiled(artefact)).unwrap());
    let mut linker = Linker::new(&ENGINE);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).unwrap();
    UpdateChecker::add_to_linker::<_, HasSelf<_>>(&mut linker, |shop| shop).unwrap();
    let wasi = WasiCtxBuilder::new().build();
    let mut store =
        Store::new(&ENGINE, Shop { wasi, table: ResourceTable::new(), log: Vec::new() });
    let checker = UpdateChecker::instantiate(&mut store, component, &linker).unwrap();
    (store, checker)
}

fn checked_with_log(
    artefact: &str,
    current: &str,
    policy: &str,
    skipped: &[&str],
) -> (Checked, Vec<String>) {
    let (mut store, checker) = opened(artefact);
    let input = CheckInput {
        subject: "image".into(),
        current: current.into(),
        current_digest: None,
        policy: policy.into(),
        skipped: skipped.iter().map(ToString::to_string).collect(),
        now: 1_000_000,
    };
    let found = checker.slipway_update_checker_update_checker().call_check(&mut store, &input);
    (found.unwrap(), store.into_data().log)
}

fn checked(artefact: &str, current: &str, policy: &str, skipped: &[&str]) -> Checked {
    checked_with_log(artefact, current, policy, skipped).0
}

#[test]
fn they_describe_a_policy_that_fits_its_schema() {
    for (artefact, called) in NEWEST.into_iter().chain([(SEMVER, "semver-range")]) {
        let (mut store, checker) = opened(artefact);
        let about = checker.slipway_update_checker_update_checker().call_describe(&mut store);
        let Description { name, policy_schema, default_policy, .. } = about.unwrap();
        assert_eq!(name, called);
        let json = |text: &str| serde_json::from_str(text).unwrap();
        let schema = json(&policy_schema);
        slipway_model::values::check_schema(&schema).unwrap();
        let filled = slipway_model::values::fill(&json(&default_policy), &json("{}"));
        let wrong = slipway_model::values::check(&schema, &filled);
        assert_eq!(wrong.unwrap(), [], "{name}");
    }
}

#[test]
fn they_pick_the_highest_version_that_the_policy_allows() {
    let app = |tag: &str| Some(format!("registry.example/team/app:{tag}"));
    for (artefact, _) in NEWEST {
        let newest = |policy, skipped: &[&str]| {
            let found = checked(artefact, "registry.example/team/app:1.4.2", policy, skipped);
            found.unwrap().map(|it| it.reference)
        };
        assert_eq!(newest(r#"{"range": "same-major"}"#, &[]), app("1.10.0"), "{artefact}");
        assert_eq!(newest(r#"{"range": "same-major"}"#, &["1.10.0"]), app("1.9.3"), "{artefact}");
        assert_eq!(newest(r#"{"range": "any"}"#, &[]), app("2.0.0"), "{artefact}");
        let none = checked(artefact, "registry.example/team/app:2.0.0", "{}", &[]);
        assert!(none.unwrap().is_none(), "{artefact}");
    }
}

#[test]
fn semver_range_says_why_it_took_this_one_and_left_others_out() {
    let current = "registry.example/team/app:1.4.2";
    let (found, log) = checked_with_log(SEMVER, current, r#"{"range": "^1.4"}"#, &["1.10.0"]);
    let found = found.unwrap().unwrap();
    assert_eq!(found.reference, "registry.example/team/app:1.9.3");
    assert_eq!(found.digest, "sha256:of-registry.example/team/app:1.9.3");
    assert_eq!(found.reason, "1.9.3 is the highest version in ^1.4; 1.4.2 is in use.");
    assert_eq!(
        log,
        [
            "1.10.0 is newer, and somebody said to skip it",
            "2.0.0 is newer, and outside of ^1.4",
            "2.1.0-rc.1 is newer, and outside of ^1.4",
        ]
    );
}

#[test]
fn what_the_registry_refuses_is_the_checkers_answer() {
    for artefact in NEWEST.map(|(artefact, _)| artefact).into_iter().chain([SEMVER]) {
        let failure = checked(artefact, "registry.example/other:1.0.0", "{}", &[]).unwrap_err();
        assert_eq!(failure.code, "not-granted", "{artefact}");
    }
}
