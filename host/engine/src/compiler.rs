//! Who compiles: a process of its own, where the host has a program for that.
//!
//! Compiling takes hundreds of megabytes, which an allocator does not give back, a core for as long as it lasts, and cannot be
//! interrupted from inside. Of another process the system takes back all of it, and one that goes on for too long is ended.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus, Output, Stdio};

use rustix::process::{Resource, Rlimit, nice, setrlimit};
use slipway_model::plan::Error as PlanError;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::apart::NICENESS;
use crate::engine::{AT_ONCE, Error, wasmtime};
use crate::inspect::unfit;
use crate::limits::{COMPILING, COMPILING_BYTES};

/// What the program ends with when the component is at fault: its standard error says how.
const INVALID: u8 = 3;

/// Where components are compiled.
#[derive(Clone, Debug, Default)]
pub enum Compiler {
    /// In this process: for tests, and for programs that end soon.
    #[default]
    Here,
    /// By a program that calls [`compile_for_another`], started with one argument.
    Program(PathBuf, &'static str),
}

impl Compiler {
    /// Compiled code of a component that `name` is for people.
    pub(crate) async fn compile(
        &self,
        engine: &wasmtime::Engine,
        name: &str,
        file: Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        match self {
            Self::Here => {
                let engine = engine.clone();
                let work = move || engine.precompile_component(&file).map_err(|it| reason(&it));
                let code = tokio::task::spawn_blocking(work).await;
                code.map_err(|_| crashed(name, "it panicked"))?
                    .map_err(|reason| invalid(name, &reason))
            }
            Self::Program(program, argument) => {
                let mut command = Command::new(program);
                // It needs nothing that the host was told.
                command.arg(argument).env_clear().kill_on_drop(true);
                let output = tokio::time::timeout(COMPILING, ask(command, file)).await;
                let output = output
                    .map_err(|_| {
                        let seconds = COMPILING.as_secs();
                        unfit(format!(
                            "{name} is not compiled after {seconds} s. Build it smaller."
                        ))
                    })?
                    .map_err(Error::Compiler)?;
                judge(name, output)
            }
        }
    }
}

async fn ask(mut command: Command, file: Vec<u8>) -> io::Result<Output> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut input = child.stdin.take().expect("it is piped");
    let give = async move {
        // One that ends early is judged by its end, not by what it did not read.
        let _ = input.write_all(&file).await;
    };
    tokio::join!(give, child.wait_with_output()).1
}

fn judge(name: &str, output: Output) -> Result<Vec<u8>, Error> {
    let Output { status, stdout, stderr } = output;
    let words = String::from_utf8_lossy(&stderr);
    match status.code() {
        Some(0) => Ok(stdout),
        Some(code) if code == i32::from(INVALID) => Err(invalid(name, words.trim())),
        _ => Err(crashed(name, &last_line(&words, status))),
    }
}

fn last_line(words: &str, status: ExitStatus) -> String {
    let said = words.lines().rfind(|it| !it.trim().is_empty() && !it.starts_with("note: "));
    said.map_or_else(|| status.to_string(), |it| it.chars().take(300).collect())
}

fn invalid(name: &str, reason: &str) -> Error {
    unfit(format!("{name} is no valid component: {reason}. Build it again.")).into()
}

fn crashed(name: &str, how: &str) -> Error {
    tracing::warn!(plugin = name, how, "the compiler crashed on a component");
    let message = format!("The compiler crashed on {name} ({how}). Tell its author, and us.");
    PlanError::Unfit(message).into()
}

fn reason(error: &wasmtime::Error) -> String {
    error.root_cause().to_string()
}

/// The program's side: compiles the component on standard input to standard output, with bounds on what it takes.
pub fn compile_for_another() -> ExitCode {
    let bounded = Rlimit { current: Some(COMPILING_BYTES), maximum: Some(COMPILING_BYTES) };
    let _ = setrlimit(Resource::Data, bounded);
    let _ = nice(NICENESS);
    let mut file = Vec::new();
    let done = io::stdin().lock().read_to_end(&mut file).map_err(|it| it.to_string());
    let code = done
        .and_then(|_| wasmtime(AT_ONCE).map_err(|it| reason(&it)))
        .map(|engine| engine.precompile_component(&file).map_err(|it| reason(&it)));
    match code {
        Ok(Ok(code)) => match io::stdout().lock().write_all(&code) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Ok(Err(reason)) => {
            eprintln!("{reason}");
            ExitCode::from(INVALID)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn judged(code: i32, words: &str) -> String {
        let (status, stderr) = (ExitStatus::from_raw(code), words.as_bytes().to_vec());
        judge("web 1.0.0", Output { status, stdout: Vec::new(), stderr }).unwrap_err().to_string()
    }

    #[test]
    fn how_the_program_ends_is_told_apart() {
        let invalid = judged(i32::from(INVALID) << 8, "type mismatch\n");
        assert!(
            invalid.ends_with("is no valid component: type mismatch. Build it again."),
            "{invalid}"
        );
        let crashed = judged(101 << 8, "thread panicked\nassertion failed\nnote: run with\n");
        assert!(crashed.contains("crashed on web 1.0.0 (assertion failed)"), "{crashed}");
        let killed = judged(9, "");
        assert!(killed.contains("signal: 9"), "{killed}");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_an_error_of_the_host() {
        let compiler = Compiler::Program("/nowhere/slipway".into(), "compile");
        let engine = wasmtime::Engine::default();
        let answer = compiler.compile(&engine, "web", Vec::new()).await;
        assert!(matches!(answer, Err(Error::Compiler(_))), "{answer:?}");
    }
}
