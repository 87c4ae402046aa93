//! The command line, as somebody uses it in a terminal.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::host::binary;

/// A command line with a contexts file of its own.
pub struct Cli {
    config: PathBuf,
}

/// What a command said.
#[derive(Clone, Debug)]
pub struct Said {
    pub command: String,
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Runs a program of somebody else's to its end.
    pub fn by(program: &mut Command) -> Self {
        let output = program.output().expect("the program can be started");
        Self::new(format!("{program:?}"), &output)
    }

    fn new(command: String, output: &Output) -> Self {
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        let code = output.status.code().unwrap_or(-1);
        Self { command, code, out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The standard output of a command that succeeded.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}\n{}{}", self.command, self.out, self.err);
        self.out
    }

    /// The standard error of a command that ended with this code.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}{}", self.command, self.out, self.err);
        self.err
    }
}

impl Cli {
    pub fn new(config: PathBuf) -> Self {
        Self { config }
    }

    /// Runs a command.
    pub fn say(&self, arguments: &[&str]) -> Said {
        self.say_with(arguments, "")
    }

    /// Runs a command with something on its standard input.
    pub fn say_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = Command::new(binary())
            .args(arguments)
            .env("SLIPWAY_CONFIG", &self.config)
            .env_remove("SLIPWAY_URL")
            .env_remove("SLIPWAY_TOKEN")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let mut stdin = child.stdin.take().expect("it is piped");
        // A command that reads nothing may have ended before this.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        Said::new(format!("slipway {}", arguments.join(" ")), &output)
    }
}
