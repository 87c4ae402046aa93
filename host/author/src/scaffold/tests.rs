//! What is in a new plugin's folder, in each language and for each world.

use super::*;

const LANGUAGES: [Language; 4] =
    [Language::Rust, Language::TypeScript, Language::Go, Language::Python];
const WORLDS: [World; 3] = [World::Blueprint, World::Control, World::UpdateChecker];

fn made(language: Language, world: World) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("page");
    scaffold(&folder, &Scaffold { name: "page".parse().unwrap(), language, world }).unwrap();
    (directory, folder)
}

#[test]
fn a_plugin_comes_with_its_sdk_and_a_first_test() {
    for (language, sdk) in [
        (
            Language::Rust,
            ["sdk/rust/src/lib.rs", "sdk/rust/src/objects/pod.rs", "wit/v1/worlds.wit"],
        ),
        (
            Language::TypeScript,
            ["sdk/typescript/src/index.ts", "sdk/typescript/tool/main.ts", "wit/v1/worlds.wit"],
        ),
        (
            Language::Go,
            ["go.mod", "sdk/go/container.go", "sdk/go/internal/wit/wit_exports/wit_exports.go"],
        ),
        (Language::Python, ["pyproject.toml", "slipway/form.py", "slipway/component/blueprint.py"]),
    ] {
        for world in WORLDS {
            let (_directory, folder) = made(language, world);
            for file in sdk.into_iter().chain([language.main()]) {
                assert!(folder.join(file).exists(), "{language:?} {world:?} {file}");
            }
            let text = std::fs::read_to_string(folder.join(language.main())).unwrap();
            assert!(!text.contains("PLUGIN"), "{text}");
            assert!(text.contains("page"), "{text}");
            assert!(!crate::cases(&folder).unwrap().is_empty(), "{language:?} {world:?}");
        }
    }
}

#[test]
fn nothing_of_the_sdks_own_tests_and_tools_comes_with_it() {
    for language in LANGUAGES {
        let (_directory, folder) = made(language, World::Blueprint);
        for name in [
            "node_modules",
            "sdk/typescript/dist",
            "sdk/typescript/tests",
            "sdk/go/form_test.go",
            "tests",
            "__pycache__",
        ] {
            assert!(!folder.join(name).exists(), "{language:?} {name}");
        }
    }
}

#[test]
fn a_folder_that_is_there_is_left_as_it_is() {
    let (_directory, folder) = made(Language::Rust, World::Blueprint);
    let name = "page".parse().unwrap();
    let what = Scaffold { name, language: Language::Go, world: World::Control };
    assert!(matches!(scaffold(&folder, &what), Err(Error::Exists(_))));
    assert!(!folder.join("go.mod").exists());
}
