//! `slipway login URL`: signs in, or makes the first account with a setup link.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use clap::Args;
use slipway_wire::access::{Credentials, Identity, Setup, TokenPair};

use crate::client::Client;
use crate::contexts::{Context, Contexts};
use crate::error::Error;

#[derive(Debug, Args)]
pub struct Login {
    /// The server, or its one-time setup link: http://localhost:7474
    url: String,
    /// User name.
    #[arg(short, long)]
    user: Option<String>,
    /// Read the password from standard input.
    #[arg(long)]
    password_stdin: bool,
    /// Name of the context; the server's host by default.
    #[arg(long)]
    name: Option<String>,
    /// The contexts file.
    #[arg(long, env = "SLIPWAY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

pub async fn login(login: Login) -> Result<(), Error> {
    let (url, setup) = match login.url.split_once("/setup#") {
        Some((url, token)) => (url.to_owned(), Some(token.to_owned())),
        None => (login.url.trim_end_matches('/').to_owned(), None),
    };
    let client = Client::anonymous(&url)?;
    let name = match login.user {
        Some(name) => name,
        None => ask("User name: ")?,
    };
    let password = password(login.password_stdin, setup.is_some())?;
    if let Some(token) = setup {
        let setup = Setup { token, name: name.clone(), password: password.clone() };
        let _: Identity = client.post("/api/v1/setup", &setup).await?;
        eprintln!("made the first account, {name}, an admin");
    }
    let credentials = Credentials { name: name.clone(), password };
    let pair: TokenPair = client.post("/api/v1/auth/token", &credentials).await?;
    let host = url.split("://").nth(1).unwrap_or(&url).to_owned();
    let mut contexts = Contexts::load(login.config.as_ref())?;
    contexts.put(Context {
        name: login.name.unwrap_or(host),
        url: url.clone(),
        user: name.clone(),
        access_token: pair.access_token,
        refresh_token: pair.refresh_token,
        project: None,
    });
    contexts.save(login.config.as_ref())?;
    eprintln!("signed in to {url} as {name}");
    Ok(())
}

fn ask(question: &str) -> Result<String, Error> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::Usage("say who you are: --user NAME".into()));
    }
    eprint!("{question}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(terminal)?;
    Ok(line.trim().to_owned())
}

fn password(from_stdin: bool, is_new: bool) -> Result<String, Error> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(terminal)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::Usage("pipe the password in with --password-stdin".into()));
    }
    let password = rpassword::prompt_password("Password: ").map_err(terminal)?;
    if is_new && rpassword::prompt_password("Once more: ").map_err(terminal)? != password {
        return Err(Error::Usage("the two passwords differ".into()));
    }
    Ok(password)
}

fn terminal(source: std::io::Error) -> Error {
    Error::File { path: "the terminal".into(), source }
}
