//! Guests of every released version of the contract go on working, and `wit/` takes nothing back (tests/corpus).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use slipway_engine::World;
use slipway_model::digest::Digest;
use slipway_model::operation::OperationKind;
use slipway_model::plan::{Outcome, Planner};
use slipway_model::update::{CheckInput, NoAnswer, Registries, Subject, UpdateCheckers};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata, semver_check};
use wit_parser::Resolve;

use crate::guests::{Host, host, render, step};

const WORLDS: [&str; 7] =
    ["blueprint", "control", "update-checker", "config-check", "migrate", "assess", "suggest"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folders of released versions.
fn released() -> Vec<PathBuf> {
    let corpus = std::fs::read_dir(root().join("tests/corpus")).unwrap();
    let folders = corpus.map(|it| it.unwrap().path()).filter(|it| it.is_dir());
    let folders: Vec<PathBuf> = folders.collect();
    assert!(!folders.is_empty());
    folders
}

/// A guest of a released version, made into a component by the contract as it was then.
fn guest(folder: &Path, world: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(folder.join(format!("{world}.wat"))).unwrap();
    made(folder, world, &text)
}

/// A blueprint whose one object is this text, in the escapes of WAT where it is not ASCII.
pub fn saying(text: &str) -> Vec<u8> {
    let folder = root().join("tests/corpus/v1.0.0");
    let guest = std::fs::read_to_string(folder.join("blueprint.wat")).unwrap();
    let begin = guest.find(";; manifest\n").unwrap();
    let begin = begin + guest[begin..].find('"').unwrap() + 1;
    let end = begin + guest[begin..].find("\")\n").unwrap();
    // As long as before, because its length stands elsewhere.
    let length = |it: &str| it.len() - 2 * it.matches('\\').count();
    let escaped = text.replace('"', "\\22");
    let padding = " ".repeat(length(&guest[begin..end]) - length(&escaped));
    made(&folder, "blueprint", &format!("{}{escaped}{padding}{}", &guest[..begin], &guest[end..]))
}

fn made(folder: &Path, world: &str, text: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(folder.join("wit")).unwrap();
    let world_id = resolve.select_world(&[package], Some(world)).unwrap();
    let mut module = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut module, &resolve, world_id, StringEncoding::UTF8).unwrap();
    let encoder = ComponentEncoder::default().validate(true).module(&module).unwrap();
    encoder.merge_imports_based_on_semver(true).encode().unwrap()
}

async fn installed(host: &Host, folder: &Path, world: World) -> Digest {
    let installed = host.engine.install(guest(folder, world.as_str())).await.unwrap();
    assert_eq!(installed.world, world);
    host.engine.set_grant(&installed.digest, installed.manifest.wants).unwrap();
    installed.digest
}

/// A registry that knows one digest.
struct One;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[async_trait]
impl Registries for One {
    async fn tags(&self, _: &str) -> Result<Vec<String>, NoAnswer> {
        Ok(Vec::new())
    }

    async fn resolve(&self, _: &str) -> Result<String, NoAnswer> {
        Ok(DIGEST.into())
    }

    async fn created_unix_milliseconds(&self, _: &str) -> Result<Option<u64>, NoAnswer> {
        Ok(None)
    }
}

#[tokio::test]
async fn guests_of_every_released_version_are_installed_and_answer() {
    let host = host();
    for folder in released() {
        let blueprint = installed(&host, &folder, World::Blueprint).await;
        let about = host.engine.blueprint(&blueprint).await.unwrap();
        assert_eq!((about.title.as_str(), about.icon), ("Old", None));
        assert_eq!(about.default_values, json!({"greeting": "Hello"}));
        let rendered = host.engine.render(&blueprint, render(json!({}))).await.unwrap();
        assert_eq!(rendered.objects[0].reference().to_string(), "ConfigMap web");

        let control = installed(&host, &folder, World::Control).await;
        assert_eq!(host.engine.control(&control).await.unwrap().operations, ["create"]);
        let first = host.engine.step(&control, &step(OperationKind::Create)).await.unwrap();
        assert_eq!((first.outcome, first.notes), (Outcome::Done, vec!["A note.".to_owned()]));
        assert_eq!(first.memory, json!({"seen": true}));
        assert_eq!(first.recheck_after_milliseconds, Some(250));

        let checker = installed(&host, &folder, World::UpdateChecker).await;
        let current = "registry.example/team/app:1.0.0";
        let input = CheckInput {
            subject: Subject::Image,
            current: current.into(),
            current_digest: None,
            policy: json!({}),
            skipped: Vec::new(),
            now_unix_milliseconds: 1,
        };
        let checked = host.engine.look_for_update(&checker, input, Arc::new(One)).await.unwrap();
        let candidate = checked.candidate.unwrap();
        assert_eq!((candidate.reference.as_str(), candidate.digest.as_str()), (current, DIGEST));
    }
}

/// Both contracts in one resolve: the released one under a version of its own, because two of one name and version cannot be.
fn both(before: &Path, now: &Path, world: &str) -> Result<(), String> {
    let aside = tempfile::tempdir().unwrap();
    copy(before, aside.path(), &|text| text.replace("@1.0.0", "@0.9.0"));
    let mut resolve = Resolve::default();
    let (old, _) = resolve.push_dir(aside.path()).map_err(|error| format!("{error:#}"))?;
    let (new, _) = resolve.push_dir(now).map_err(|error| format!("{error:#}"))?;
    let old = resolve.select_world(&[old], Some(world)).map_err(|error| error.to_string())?;
    let new = resolve.select_world(&[new], Some(world)).map_err(|error| error.to_string())?;
    semver_check(resolve, old, new).map_err(|error| format!("{error:#}"))
}

fn copy(from: &Path, to: &Path, change: &dyn Fn(String) -> String) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target, change);
        } else {
            std::fs::write(target, change(std::fs::read_to_string(path).unwrap())).unwrap();
        }
    }
}

#[test]
fn the_contract_takes_back_nothing_that_was_released() {
    for folder in released() {
        for world in WORLDS {
            let same = both(&folder.join("wit"), &root().join("wit/v1"), world);
            assert_eq!(same, Ok(()), "{world} since {}", folder.display());
        }
    }
}

#[test]
fn a_field_more_in_a_record_is_noticed_and_a_function_more_to_import_is_not() {
    let now = root().join("wit/v1");
    let changed = |from: &'static str, to: &'static str, world: &str| {
        let aside = tempfile::tempdir().unwrap();
        copy(&now, aside.path(), &|text| text.replacen(from, to, 1));
        both(&now, aside.path(), world)
    };
    let link = "record link { name: string, url: string }";
    let wider = "record link { name: string, url: string, title: string }";
    assert!(changed(link, wider, "control").is_err());
    assert!(
        changed("  render: func(", "  preview: func();\n  render: func(", "blueprint").is_err()
    );
    let more = "  forget: func();\n  resolve: func(";
    assert_eq!(changed("  resolve: func(", more, "update-checker"), Ok(()));
}
