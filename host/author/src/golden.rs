//! Golden files: questions to a component, each with the answer that it gave when somebody last looked at it.

mod answer;
mod given;
mod registries;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use slipway_engine::World;

use crate::bench::Bench;
use crate::differing::differing;
use crate::error::Error;

const GIVEN: &str = ".given.yaml";
const EXPECT: &str = ".expect.yaml";

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The name of its files, without their endings.
    pub name: String,
    given: PathBuf,
    expect: PathBuf,
}

/// How a question went.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Of the call, the component compiled already.
    pub took: Duration,
    /// Lines of the log of the plugin.
    pub log: Vec<String>,
    pub verdict: Verdict,
}

/// Whether the answer is the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    /// The lines in which it differs, with what is around them.
    Differs(String),
    /// Nobody has said yet what is expected.
    New(String),
    /// The answer was written down as the expected one.
    Written,
}

/// The cases of a plugin's folder, by name.
pub fn cases(folder: &Path) -> Result<Vec<Case>, Error> {
    let folder = folder.join("golden");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(Error::of(&folder))? {
        let given = entry.map_err(Error::of(&folder))?.path();
        let file = given.file_name().unwrap_or_default().to_string_lossy();
        if let Some(name) = file.strip_suffix(GIVEN) {
            let expect = folder.join(format!("{name}{EXPECT}"));
            cases.push(Case { name: name.to_owned(), given: given.clone(), expect });
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

impl Case {
    /// Asks the component; with `update`, what it answers is what is expected from now on.
    pub async fn ask(&self, bench: &Bench, update: bool) -> Result<Outcome, Error> {
        let given = std::fs::read_to_string(&self.given).map_err(Error::of(&self.given))?;
        let wrong = |reason: String| Error::Golden { path: self.given.clone(), reason };
        let began = Instant::now();
        let answer = match bench.installed.world {
            World::Blueprint => {
                answer::rendered(bench, given::blueprint(&given).map_err(wrong)?).await?
            }
            World::Control => answer::stepped(bench, given::step(&given).map_err(wrong)?).await?,
            World::UpdateChecker => {
                let (input, registries) = given::check(&given).map_err(wrong)?;
                answer::checked(bench, input, registries).await?
            }
        };
        let took = began.elapsed();
        let verdict = self.compare(&answer.said, update)?;
        Ok(Outcome { took, log: answer.log, verdict })
    }

    fn compare(&self, said: &Value, update: bool) -> Result<Verdict, Error> {
        let wrong = |reason: String| Error::Golden { path: self.expect.clone(), reason };
        let text = serde_yaml_ng::to_string(said).map_err(|error| wrong(error.to_string()))?;
        let expected = match std::fs::read_to_string(&self.expect) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::of(&self.expect)(error)),
        };
        let meant = expected.as_deref().map(serde_yaml_ng::from_str::<Value>).transpose();
        let meant = meant.map_err(|error| wrong(error.to_string()));
        if matches!(&meant, Ok(Some(meant)) if meant == said) {
            return Ok(Verdict::Same);
        }
        if update {
            std::fs::write(&self.expect, &text).map_err(Error::of(&self.expect))?;
            return Ok(Verdict::Written);
        }
        Ok(match meant? {
            // As it would be written, so that what differs only in style is no difference.
            Some(meant) => Verdict::Differs(differing(
                &serde_yaml_ng::to_string(&meant).unwrap_or_default(),
                &text,
            )),
            None => Verdict::New(text),
        })
    }
}
