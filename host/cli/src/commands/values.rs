//! Values on the command line: files, `--set` and `--set-secret`.

use std::io::IsTerminal;

use clap::Args;
use serde_json::{Map, Value};

use crate::error::Error;

#[derive(Clone, Args)]
pub struct Values {
    /// YAML or JSON file with values; - for standard input.
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub files: Vec<String>,
    /// One value: replicas=3, a.b=text. Read as JSON where it is JSON. `null` takes a value away.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// One secret: password=- reads it from standard input, or asks for it; password=@FILE from a file. One line break
    /// at its end is left out.
    #[arg(long = "set-secret", value_name = "PATH=-|@FILE")]
    pub secrets: Vec<String>,
}

// What is set may be a secret.
impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Values").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Values {
    /// All of them laid over each other, files first.
    pub fn read(&self) -> Result<Value, Error> {
        let mut all = Value::Object(Map::new());
        for file in &self.files {
            lay(&mut all, load(file)?);
        }
        lay(&mut all, sets(&self.sets)?);
        let from_input = |it: &&String| it.ends_with("=-");
        let of_files = self.files.iter().filter(|it| *it == "-");
        if self.secrets.iter().filter(from_input).count() + of_files.count() > 1 {
            let words = "standard input can be read once; take files for the others";
            return Err(Error::Usage(words.into()));
        }
        for secret in &self.secrets {
            let (path, text) = read_secret(secret)?;
            lay(&mut all, nest(path, text.into()));
        }
        Ok(all)
    }
}

/// What `--set PATH=VALUE` says, all together.
pub fn sets(sets: &[String]) -> Result<Value, Error> {
    let mut all = Value::Object(Map::new());
    for text in sets {
        let (path, value) = text.split_once('=').ok_or_else(|| {
            Error::Usage(format!("{text:?} sets nothing; an example is --set replicas=3"))
        })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        lay(&mut all, nest(path, value));
    }
    Ok(all)
}

/// What is on the command line is in its history, and in the list of processes for everybody.
fn read_secret(argument: &str) -> Result<(&str, String), Error> {
    let (path, source) = argument.split_once('=').unwrap_or((argument, ""));
    let mut text = match source.strip_prefix('@') {
        Some(file) => text(file)?,
        None if source == "-" && std::io::stdin().is_terminal() => {
            let asked = rpassword::prompt_password(format!("{path}: "));
            asked.map_err(|source| Error::File { path: "the terminal".into(), source })?
        }
        None if source == "-" => text("-")?,
        None => {
            return Err(Error::Usage(format!(
                "--set-secret {path} takes no text where others can read it; write {path}=- for standard input or {path}=@FILE"
            )));
        }
    };
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok((path, text))
}

/// A value as people read it: a secret by the revision that set it.
pub fn shown(value: &Value) -> String {
    let key = value.pointer("/secretKeyRef/key").and_then(Value::as_str);
    match key.and_then(|it| it.rsplit_once('.')) {
        Some((_, revision)) => format!("(secret, set in revision {revision})"),
        None => value.to_string(),
    }
}

/// The text of a file, or of standard input for `-`.
pub fn text(file: &str) -> Result<String, Error> {
    let read = if file == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|source| Error::File { path: file.to_owned(), source })
}

fn load(file: &str) -> Result<Value, Error> {
    let value: Value = serde_yaml_ng::from_str(&text(file)?)
        .map_err(|error| Error::Usage(format!("{file} is neither YAML nor JSON: {error}")))?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(Error::Usage(format!("{file} holds no values; it should be a map of names to values")))
    }
}

fn nest(path: &str, value: Value) -> Value {
    path.rsplit('.').fold(value, |inner, key| {
        let mut object = Map::new();
        object.insert(key.to_owned(), inner);
        Value::Object(object)
    })
}

fn lay(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                lay(below.entry(key).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_laid_over_each_other_and_read_as_json_where_they_are() {
        let sets = ["a.b=1", "a.c=text", "d=null", "e=[1,2]"].map(str::to_owned).to_vec();
        let values = Values { files: Vec::new(), sets, secrets: Vec::new() };
        let expected = json!({"a": {"b": 1, "c": "text"}, "d": null, "e": [1, 2]});
        assert_eq!(values.read().unwrap(), expected);
    }

    #[test]
    fn a_secret_comes_from_a_file_whole_and_never_from_the_command_line() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("password");
        std::fs::write(&file, "1234\n\n").unwrap();
        let values = |secrets: Vec<String>| Values { files: Vec::new(), sets: Vec::new(), secrets };
        let read = values(vec![format!("a.b=@{}", file.display())]).read().unwrap();
        assert_eq!(read, json!({"a": {"b": "1234\n"}}), "a text, though it looks like a number");
        let error = values(vec!["a=hunter2".into()]).read().unwrap_err().to_string();
        assert!(error.contains("a=@FILE") && !error.contains("hunter2"), "{error}");
        assert!(values(vec!["a=-".into(), "b=-".into()]).read().is_err());
    }

    #[test]
    fn a_secret_is_shown_by_the_revision_that_set_it() {
        let reference =
            json!({"secretKeyRef": {"name": "web.secrets.slipway.dev", "key": "a.b.7"}});
        assert_eq!(shown(&reference), "(secret, set in revision 7)");
        assert_eq!(shown(&json!("text")), "\"text\"");
    }
}
