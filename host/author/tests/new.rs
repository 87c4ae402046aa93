//! What `slipway plugin new` makes, built by the real tools and asked in the real engine.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

use std::process::Command;

use slipway_author::{
    Bench, Error, Language, Scaffold, Verdict, World, build, cases, inspect, scaffold,
};

fn begun(directory: &Path, language: Language, world: World) -> PathBuf {
    let folder = directory.join("page");
    scaffold(&folder, &Scaffold { name: "page".parse().unwrap(), language, world }).unwrap();
    folder
}

/// A new plugin's folder in Rust. All build into one place, so that the SDK's packages are compiled once.
fn made(directory: &Path, world: World) -> PathBuf {
    let folder = begun(directory, Language::Rust, world);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new");
    std::fs::create_dir(folder.join(".cargo")).unwrap();
    let config = format!("[build]\ntarget-dir = {:?}\n", target.display().to_string());
    std::fs::write(folder.join(".cargo/config.toml"), config).unwrap();
    folder
}

async fn verdicts(folder: &Path, component: &Path) -> Vec<(String, Verdict)> {
    let bench = Bench::with(std::fs::read(component).unwrap()).await.unwrap();
    let mut verdicts = Vec::new();
    for case in cases(folder).unwrap() {
        verdicts.push((case.name.clone(), case.ask(&bench, false).await.unwrap().verdict));
    }
    verdicts
}

fn change(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{} has no {from:?}", file.display());
    std::fs::write(file, text.replace(from, to)).unwrap();
}

/// In one test, because both build into one place.
#[tokio::test]
async fn a_new_plugin_builds_passes_its_tests_and_fails_them_when_it_changes() {
    let directory = tempfile::tempdir().unwrap();
    let folder = made(directory.path(), World::Blueprint);
    let component = build(&folder).unwrap();
    let same = |name: &str| (name.to_owned(), Verdict::Same);
    assert_eq!(verdicts(&folder, &component).await, [same("defaults"), same("too-short")]);

    let report = inspect(std::fs::read(&component).unwrap()).await.unwrap();
    assert_eq!(
        (report.id.as_str(), report.world.as_str()),
        ("page", "slipway:plugin/blueprint@1.0.0")
    );
    assert!(report.asks[0].ends_with("ConfigMap"), "{:?}", report.asks);
    assert_eq!(report.fields, ["message (string)  Message"]);

    let lib = folder.join("src/lib.rs");
    change(&lib, r#"entry("message""#, r#"entry("text""#);
    let component = build(&folder).unwrap();
    let (name, verdict) = verdicts(&folder, &component).await.remove(0);
    let Verdict::Differs(lines) = &verdict else { panic!("{name}: {verdict:?}") };
    assert!(lines.contains("-    message: Hello\n+    text: Hello\n"), "{lines}");

    // An object of a kind that the manifest does not ask for is refused here as it is on a server.
    change(&lib, r#"kinds: ["ConfigMap"]"#, r#"kinds: ["Service"]"#);
    let (_, verdict) = verdicts(&folder, &build(&folder).unwrap()).await.remove(0);
    assert!(
        matches!(&verdict, Verdict::Differs(lines) if lines.contains("+refused: ") && lines.contains("ConfigMap")),
        "{verdict:?}"
    );

    // A crash is no answer: its own words and backtrace are told.
    change(
        &lib,
        "Ok(Objects::new()",
        "assert!(values.message.is_empty(), \"it was told to\");\n        Ok(Objects::new()",
    );
    let bench = Bench::with(std::fs::read(build(&folder).unwrap()).unwrap()).await.unwrap();
    let crashed = cases(&folder).unwrap()[0].ask(&bench, true).await.unwrap_err();
    assert!(crashed.to_string().contains("it was told to"), "{crashed}");
    assert!(
        crashed.backtrace().is_some_and(|it| it.contains("page.wasm")),
        "{:?}",
        crashed.backtrace()
    );

    change(&lib, "ConfigMap::new", "NoSuchThing::new");
    assert!(matches!(build(&folder), Err(Error::Tool { tool: "cargo", .. })));

    let other = tempfile::tempdir().unwrap();
    let folder = made(other.path(), World::Control);
    let component = build(&folder).unwrap();
    assert_eq!(verdicts(&folder, &component).await, [same("all-there"), same("first-step")]);
    let update = cases(&folder).unwrap().remove(0);
    std::fs::remove_file(folder.join("golden/all-there.expect.yaml")).unwrap();
    let bench = Bench::with(std::fs::read(&component).unwrap()).await.unwrap();
    assert!(matches!(update.ask(&bench, false).await.unwrap().verdict, Verdict::New(_)));
    assert_eq!(update.ask(&bench, true).await.unwrap().verdict, Verdict::Written);
    assert_eq!(update.ask(&bench, false).await.unwrap().verdict, Verdict::Same);

    let another = tempfile::tempdir().unwrap();
    let folder = made(another.path(), World::UpdateChecker);
    answers_as_expected(&folder, &build(&folder).unwrap()).await;
    succeeds("cargo", &["test", "--quiet"], &folder);
}

fn succeeds(tool: &str, arguments: &[&str], folder: &Path) {
    let ended = Command::new(tool).args(arguments).current_dir(folder).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// Which is possible only for what is made for its world.
async fn answers_as_expected(folder: &Path, component: &Path) {
    let verdicts = verdicts(folder, component).await;
    assert_eq!(verdicts.len(), 2);
    for (name, verdict) in verdicts {
        assert_eq!(verdict, Verdict::Same, "{name}");
    }
}

const WORLDS: [World; 3] = [World::Blueprint, World::Control, World::UpdateChecker];

/// With nothing but Go: no proxy is asked, because there is nothing to ask for.
#[tokio::test]
async fn a_new_plugin_in_go_builds_and_passes_its_tests() {
    for world in WORLDS {
        let directory = tempfile::tempdir().unwrap();
        let folder = begun(directory.path(), Language::Go, world);
        let component = build(&folder).unwrap();
        assert_eq!(component, folder.join("dist/page.wasm"));
        answers_as_expected(&folder, &component).await;
        if world == World::UpdateChecker {
            succeeds("go", &["test", "."], &folder);
        }
        succeeds("gofmt", &["-d", "main.go"], &folder);
        assert!(!folder.join("go.sum").exists());
    }
}

#[test]
fn a_program_in_go_that_is_no_plugin_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let folder = begun(directory.path(), Language::Go, World::Blueprint);
    let main = folder.join("main.go");
    change(&main, "func main() { slipway.Main() }", "func main() { println(plugin.Name) }");
    let told = build(&folder).unwrap_err().to_string();
    assert!(told.contains("slipway.Main()"), "{told}");
    change(&main, "println(plugin.Name)", "slipway.Main()");
    change(&main, r#"json:"message" "#, "");
    assert!(matches!(build(&folder), Err(Error::Tool { tool: "go", .. })));
    change(&main, "Message string", "Message int");
    assert!(matches!(build(&folder), Err(Error::Tool { tool: "go", .. })));
}

/// Installs the packages once, as an author does; the other two use those.
#[tokio::test]
async fn a_new_plugin_in_typescript_builds_and_passes_its_tests() {
    let first = tempfile::tempdir().unwrap();
    for world in WORLDS {
        let other = tempfile::tempdir().unwrap();
        let directory = if world == World::Blueprint { &first } else { &other };
        let folder = begun(directory.path(), Language::TypeScript, world);
        if world != World::Blueprint {
            let packages = first.path().join("page/node_modules");
            std::os::unix::fs::symlink(packages, folder.join("node_modules")).unwrap();
        }
        let component = build(&folder).unwrap();
        answers_as_expected(&folder, &component).await;
        if world == World::UpdateChecker {
            succeeds("npx", &["slipway-sdk", "test"], &folder);
        }
    }
}

/// Where componentize-py is not, no plugin in Python can be built: `cargo xtask test` counts that as skipped.
fn python_is_missing() -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&paths).any(|it| it.join("componentize-py").is_file());
    let is_ours = root.join("target/python/bin/componentize-py").is_file();
    assert!(is_there || !is_ours, "put target/python/bin on the PATH, as `cargo xtask test` does");
    if !is_there {
        println!("skipped: componentize-py is not installed");
    }
    !is_there
}

/// With nothing but Python and componentize-py: no index of packages is asked.
#[tokio::test]
async fn a_new_plugin_in_python_builds_and_passes_its_tests() {
    if python_is_missing() {
        return;
    }
    for world in WORLDS {
        let directory = tempfile::tempdir().unwrap();
        let folder = begun(directory.path(), Language::Python, world);
        let component = build(&folder).unwrap();
        assert_eq!(component, folder.join("dist/page.wasm"));
        answers_as_expected(&folder, &component).await;
        if world == World::UpdateChecker {
            succeeds("python3", &["-m", "unittest"], &folder);
            let written = |path: &Path| std::fs::metadata(path).unwrap().modified().unwrap();
            let before = written(&component);
            build(&folder).unwrap();
            assert_eq!(written(&component), before, "nothing has changed, and it was built again");
        }
    }
}

#[test]
fn a_program_in_python_that_is_no_plugin_is_told() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: python3 is not installed");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let folder = begun(directory.path(), Language::Python, World::Blueprint);
    let fails = || assert!(matches!(build(&folder), Err(Error::Tool { tool: "python3", .. })));
    let main = folder.join("main.py");
    change(&main, "plugin = Blueprint", "other = Blueprint");
    fails();
    change(&main, "other = Blueprint", "plugin = Blueprint");
    change(&main, "message: str", "message: set");
    fails();
    change(&main, "message: set", "message: str");
    change(&folder.join("pyproject.toml"), "name = \"page\"", "");
    fails();
    std::fs::remove_dir_all(folder.join("slipway")).unwrap();
    fails();
}

#[test]
fn a_folder_without_a_plugin_is_named() {
    let directory = tempfile::tempdir().unwrap();
    assert!(matches!(build(directory.path()), Err(Error::NoPlugin(_))));
    assert!(cases(directory.path()).unwrap().is_empty());
}
