//! What is in a new plugin's folder, in each language and for each world.

use super::*;

const LANGUAGES: [Language; 3] = [Language::Rust, Language::TypeScript, Language::Go];
const PURPOSES: [Purpose; 3] = [Purpose::Blueprint, Purpose::Control, Purpose::UpdateChecker];

fn made(language: Language, purpose: Purpose) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("page");
    scaffold(&folder, &Scaffold { name: "page".parse().unwrap(), language, purpose }).unwrap();
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
    ] {
        for purpose in PURPOSES {
            let (_directory, folder) = made(language, purpose);
            for file in sdk.into_iter().chain([language.main()]) {
                assert!(folder.join(file).exists(), "{language:?} {purpose:?} {file}");
            }
            let text = std::fs::read_to_string(folder.join(language.main())).unwrap();
            assert!(!text.contains("PLUGIN"), "{text}");
            assert!(text.contains("page"), "{text}");
            // How update checkers are asked by golden files is for the golden files to say.
            let is_golden = !crate::cases(&folder).unwrap().is_empty();
            assert!(is_golden || purpose == Purpose::UpdateChecker, "{language:?} {purpose:?}");
        }
    }
}

#[test]
fn nothing_of_the_sdks_own_tests_and_tools_comes_with_it() {
    for language in LANGUAGES {
        let (_directory, folder) = made(language, Purpose::Blueprint);
        for name in
            ["node_modules", "sdk/typescript/dist", "sdk/typescript/tests", "sdk/go/form_test.go"]
        {
            assert!(!folder.join(name).exists(), "{language:?} {name}");
        }
    }
}

#[test]
fn a_folder_that_is_there_is_left_as_it_is() {
    let (_directory, folder) = made(Language::Rust, Purpose::Blueprint);
    let name = "page".parse().unwrap();
    let what = Scaffold { name, language: Language::Go, purpose: Purpose::Control };
    assert!(matches!(scaffold(&folder, &what), Err(Error::Exists(_))));
    assert!(!folder.join("go.mod").exists());
}
