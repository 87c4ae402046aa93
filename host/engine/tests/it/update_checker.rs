//! The update checker in TypeScript, against a registry of a few tags. The engine runs no update checkers yet, so the
//! bindings are the test's own.

use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Config, Engine, Store};

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

/// A registry that answers for one repository.
struct Shop;

impl types::Host for Shop {}

impl log::Host for Shop {
    fn write(&mut self, _level: log::Level, _message: String) {}
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

fn opened() -> (Store<Shop>, UpdateChecker) {
    let engine = Engine::new(&Config::new()).unwrap();
    let component = Component::new(&engine, compiled("typescript/newest-tag")).unwrap();
    let mut linker = Linker::new(&engine);
    UpdateChecker::add_to_linker::<_, HasSelf<_>>(&mut linker, |shop| shop).unwrap();
    let mut store = Store::new(&engine, Shop);
    let checker = UpdateChecker::instantiate(&mut store, &component, &linker).unwrap();
    (store, checker)
}

fn checked(current: &str, policy: &str, skipped: &[&str]) -> Checked {
    let (mut store, checker) = opened();
    let input = CheckInput {
        subject: "image".into(),
        current: current.into(),
        current_digest: None,
        policy: policy.into(),
        skipped: skipped.iter().map(ToString::to_string).collect(),
        now: 1_000_000,
    };
    checker.slipway_update_checker_update_checker().call_check(&mut store, &input).unwrap()
}

#[test]
fn it_describes_a_policy_that_fits_its_schema() {
    let (mut store, checker) = opened();
    let about = checker.slipway_update_checker_update_checker().call_describe(&mut store).unwrap();
    let Description { name, policy_schema, default_policy, .. } = about;
    assert_eq!(name, "newest-tag");
    let json = |text: &str| serde_json::from_str(text).unwrap();
    let wrong = slipway_model::values::check(&json(&policy_schema), &json(&default_policy));
    assert_eq!(wrong.unwrap(), []);
}

#[test]
fn it_picks_the_highest_version_that_the_policy_allows() {
    let newest = |policy, skipped: &[&str]| {
        checked("registry.example/team/app:1.4.2", policy, skipped).unwrap().map(|it| it.reference)
    };
    let app = |tag: &str| Some(format!("registry.example/team/app:{tag}"));
    assert_eq!(newest(r#"{"range": "same-major"}"#, &[]), app("1.10.0"));
    assert_eq!(newest(r#"{"range": "same-major"}"#, &["1.10.0"]), app("1.9.3"));
    assert_eq!(newest(r#"{"range": "any"}"#, &[]), app("2.0.0"));
    assert!(checked("registry.example/team/app:2.0.0", "{}", &[]).unwrap().is_none());
}

#[test]
fn what_the_registry_refuses_is_the_checkers_answer() {
    let failure = checked("registry.example/other:1.0.0", "{}", &[]).unwrap_err();
    assert_eq!(failure.code, "not-granted");
}
