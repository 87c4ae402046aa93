//! Why something was not done, for whoever asked.

use std::fmt::Display;
use std::str::FromStr;

use serde_json::{Map, Value};
use slipway_model::cluster;
use slipway_model::plan::{self, Failure};
use slipway_model::vet::Refusal;
use slipway_model::{name, operation, values};

/// What happened, to what.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the proof does not hold.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Signed in, known to be a member, and not enough.
    #[error("{0}")]
    Forbidden(String),
    /// Not there, or not to be known to be there.
    #[error("there is no {what} {name:?} here")]
    NotFound { what: &'static str, name: String },
    /// The name is taken.
    #[error("there is a {what} {name:?} already")]
    Exists { what: &'static str, name: String },
    /// Something else came first, or stands in the way.
    #[error("{0}")]
    Conflict(String),
    /// One field is wrong.
    #[error("{message}")]
    Invalid { field: &'static str, message: String },
    /// Values that the blueprint does not take.
    #[error("the values do not fit the blueprint")]
    Values(Vec<Failure>),
    /// Options that the control plugin does not take.
    #[error("the options do not fit the control plugin")]
    Options(Vec<Failure>),
    /// Too many tries.
    #[error("too many tries; wait {seconds} s")]
    TooMany { seconds: u64 },
    /// A plugin gave no usable answer.
    #[error(transparent)]
    Plan(#[from] plan::Error),
    /// A plugin asks for what is not granted.
    #[error("the blueprint asks for something that it may not have: {0}")]
    Refused(#[from] Refusal),
    /// A cluster gave no answer.
    #[error(transparent)]
    Cluster(#[from] cluster::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] slipway_store::Error),
    /// The instance's registry failed.
    #[error(transparent)]
    Registry(#[from] slipway_registry::local::Error),
    /// Another registry gave nothing that can be used.
    #[error(transparent)]
    Remote(#[from] slipway_registry::remote::Error),
    /// A source of offers gave no index.
    #[error(transparent)]
    Index(#[from] slipway_registry::remote::IndexError),
    /// A bug of ours, or of a plugin that was let in: logged, not shown.
    #[error("something went wrong here")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// `NotFound` of this.
    pub(crate) fn no(what: &'static str, name: impl ToString) -> Self {
        Self::NotFound { what, name: name.to_string() }
    }
}

impl From<values::BadSchema> for Error {
    fn from(error: values::BadSchema) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<operation::Unknown> for Error {
    fn from(error: operation::Unknown) -> Self {
        Self::Invalid { field: "operation", message: error.to_string() }
    }
}

/// Reads a name that somebody gave, saying which field it was.
pub(crate) fn named<T>(field: &'static str, text: &str) -> Result<T, Error>
where
    T: FromStr<Err: Display>,
{
    text.parse().map_err(|error: T::Err| Error::Invalid { field, message: error.to_string() })
}

/// A JSON object that somebody gave, or left out; `what` is in the plural, and `field` is where it stood.
pub(crate) fn object(field: &'static str, what: &str, json: &Value) -> Result<Value, Error> {
    match json {
        Value::Null => Ok(Value::Object(Map::new())),
        Value::Object(_) => Ok(json.clone()),
        _ => Err(Error::Invalid { field, message: format!("{what} are a JSON object") }),
    }
}

/// As [`named`], for a name that is looked up: one that cannot be is one that is not there.
pub(crate) fn found<T>(what: &'static str, text: &str) -> Result<T, Error>
where
    T: FromStr<Err = name::Malformed>,
{
    text.parse().map_err(|_| Error::no(what, text))
}
