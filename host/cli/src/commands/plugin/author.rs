//! `slipway plugin new|build|inspect|test`: what an author does, without a server.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use slipway_author::{self as workshop, Bench, Case, Language, Report, Scaffold, Verdict, World};

use crate::commands::artifact;
use crate::error::Error;
use crate::file;
use crate::output::{self, Format};
use crate::registry::{Door, Named};

#[derive(Debug, Subcommand)]
pub enum Author {
    /// Make a folder with a plugin that builds and passes its tests at once.
    New {
        /// Name of the plugin, and of the folder.
        name: String,
        #[arg(long, value_enum, default_value_t)]
        lang: Lang,
        #[arg(long, value_enum, default_value_t)]
        world: Made,
    },
    /// Build the plugin in a folder; prints where its component is.
    Build {
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Only build: say nothing about the component but where it is.
        #[arg(short, long)]
        quiet: bool,
    },
    /// Say what a component is, what it reaches for, and what it will ask for.
    Inspect {
        /// A file, or registry.example/team/name:1.0.0.
        file: PathBuf,
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
        #[command(flatten)]
        door: Door,
    },
    /// Ask the plugin the questions in `golden/`, and compare its answers with those that are expected.
    Test {
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// A component that is built already.
        #[arg(long, value_name = "FILE")]
        component: Option<PathBuf>,
        /// Write the answers down as the expected ones.
        #[arg(long)]
        update: bool,
    },
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Lang {
    #[default]
    Rust,
    #[value(alias = "typescript")]
    Ts,
    #[value(alias = "golang")]
    Go,
    #[value(alias = "py")]
    Python,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Rust => Self::Rust,
            Lang::Ts => Self::TypeScript,
            Lang::Go => Self::Go,
            Lang::Python => Self::Python,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Made {
    #[default]
    Blueprint,
    Control,
    UpdateChecker,
}

pub async fn author(verb: Author) -> Result<(), Error> {
    match verb {
        Author::New { name, lang, world } => new(&name, lang.into(), world),
        Author::Build { folder, quiet } => {
            let component = workshop::build(&folder).map_err(failed)?;
            if !quiet {
                eprint!("{}", told(&look(&component).await?));
            }
            println!("{}", component.display());
            Ok(())
        }
        Author::Inspect { file, output, door } => {
            let text = file.to_string_lossy();
            if !file.exists() && Named::read(&text).is_ok() {
                return artifact::inspect(&text, output, &door).await;
            }
            let report = look(&file).await?;
            output::one(output, &report, &report.id, || told(&report));
            Ok(())
        }
        Author::Test { folder, component, update } => test(&folder, component, update).await,
    }
}

fn new(name: &str, language: Language, world: Made) -> Result<(), Error> {
    let usage = |error: slipway_model::name::Malformed| Error::Usage(error.to_string());
    let world = match world {
        Made::Blueprint => World::Blueprint,
        Made::Control => World::Control,
        Made::UpdateChecker => World::UpdateChecker,
    };
    let what = Scaffold { name: name.parse().map_err(usage)?, language, world };
    workshop::scaffold(Path::new(name), &what).map_err(failed)?;
    let main = language.main();
    eprintln!(
        "made {name}/: the plugin is {main}, the SDK that it is written against is beside it"
    );
    eprintln!("hint: cd {name} && slipway plugin build && slipway plugin test");
    Ok(())
}

async fn look(file: &Path) -> Result<Report, Error> {
    workshop::inspect(file::bytes(file)?).await.map_err(failed)
}

fn told(report: &Report) -> String {
    let list = |title: &str, entries: &[String]| {
        let lines = entries.iter().map(|it| format!("  {it}\n")).collect::<String>();
        if entries.is_empty() { String::new() } else { format!("{title}\n{lines}") }
    };
    let Report { id, version, title, summary, world, digest, bytes, .. } = report;
    let pure = if report.is_pure { " (nothing of WASI)" } else { "" };
    format!(
        "{id} {version}: {title}. {summary}\nmade for {world}, {} KiB\n{digest}\n{}{}{}{}{}",
        bytes.div_ceil(1024),
        list("It asks to", &report.asks),
        list("Its form", &report.fields),
        list("It knows", &report.operations),
        list(&format!("It imports{pure}"), &report.imports),
        list("It exports", &report.exports),
    )
}

async fn test(folder: &Path, component: Option<PathBuf>, update: bool) -> Result<(), Error> {
    let cases = workshop::cases(folder).map_err(failed)?;
    if cases.is_empty() {
        let words = format!(
            "there is no question in {}/golden; write one as NAME.given.yaml",
            folder.display()
        );
        return Err(Error::Usage(words));
    }
    let component = match component {
        Some(file) => file,
        None => workshop::build(folder).map_err(failed)?,
    };
    let bench = Bench::with(file::bytes(&component)?).await.map_err(failed)?;
    let mut wrong = 0;
    for case in &cases {
        wrong += usize::from(!passes(case, &bench, update).await);
    }
    match wrong {
        0 => Ok(()),
        _ => Err(Error::Failed(format!(
            "{wrong} of {} answers are not what is expected",
            cases.len()
        ))),
    }
}

/// Asks one question and says how it went.
async fn passes(case: &Case, bench: &Bench, update: bool) -> bool {
    let name = &case.name;
    let outcome = match case.ask(bench, update).await {
        Ok(outcome) => outcome,
        Err(error) => {
            println!("{name} ... FAILED\n{}", failed(error));
            return false;
        }
    };
    let took = format!("{:.1} ms", outcome.took.as_secs_f64() * 1000.0);
    let (word, detail) = match &outcome.verdict {
        Verdict::Same => ("ok", String::new()),
        Verdict::Written => ("written", String::new()),
        Verdict::Differs(lines) => ("FAILED", lines.clone()),
        Verdict::New(answer) => {
            ("FAILED", format!("nothing is expected yet; --update writes this down:\n{answer}"))
        }
    };
    println!("{name} ... {word} ({took})");
    print!("{detail}");
    let is_good = matches!(outcome.verdict, Verdict::Same | Verdict::Written);
    if !is_good {
        outcome.log.iter().for_each(|line| println!("log: {line}"));
    }
    is_good
}

/// With the guest's own backtrace, which is for its author.
pub fn failed(error: workshop::Error) -> Error {
    match error.backtrace() {
        Some(backtrace) => Error::Failed(format!("{error}\n{backtrace}")),
        None => Error::Failed(error.to_string()),
    }
}
