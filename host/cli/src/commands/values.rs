//! Values on the command line: files and `--set`.

use clap::Args;
use serde_json::{Map, Value};

use crate::error::Error;

#[derive(Clone, Debug, Args)]
pub struct Values {
    /// YAML or JSON file with values; - for standard input.
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub files: Vec<String>,
    /// One value: replicas=3, a.b=text. Read as JSON where it is JSON. `null` takes a value away.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
}

impl Values {
    /// All of them laid over each other, files first.
    pub fn read(&self) -> Result<Value, Error> {
        let mut all = Value::Object(Map::new());
        for file in &self.files {
            lay(&mut all, load(file)?);
        }
        lay(&mut all, sets(&self.sets)?);
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
        let values = Values { files: Vec::new(), sets };
        let expected = json!({"a": {"b": 1, "c": "text"}, "d": null, "e": [1, 2]});
        assert_eq!(values.read().unwrap(), expected);
    }
}
