//! A custom kind: what its definition says about its objects.

mod checks;
pub(crate) mod registration;
mod structure;

use std::sync::OnceLock;

use serde_json::Value;

use self::checks::Checks;
use crate::refusal::Cause;

/// The name under which definitions are stored.
pub(crate) const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// What is known of a custom kind beyond its names.
#[derive(Debug)]
pub(crate) struct Custom {
    /// The structural schema of this version.
    pub(crate) schema: Value,
    /// The columns that kubectl prints.
    pub(crate) columns: Vec<Column>,
    /// Compiled when the first object comes.
    checks: OnceLock<Checks>,
}

/// A column that kubectl prints.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) format: String,
    pub(crate) description: String,
    pub(crate) priority: i64,
    /// A simple JSON path such as `.spec.image`.
    pub(crate) path: String,
}

impl Custom {
    /// A kind with this schema.
    fn new(schema: Value, columns: Vec<Column>) -> Self {
        Self { schema, columns, checks: OnceLock::new() }
    }

    /// Takes out what the schema does not know; answers the paths.
    pub(crate) fn prune(&self, object: &mut Value) -> Vec<String> {
        structure::prune(&self.schema, object)
    }

    /// Takes out each `null` that the schema allows nowhere.
    pub(crate) fn drop_nulls(&self, object: &mut Value) {
        structure::drop_nulls(&self.schema, object);
    }

    /// Fills in the schema's defaults.
    pub(crate) fn default(&self, object: &mut Value) {
        structure::default(&self.schema, object);
    }

    /// Says what is wrong with an object, beside the one that it replaces.
    pub(crate) fn check(&self, object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
        self.checks.get_or_init(|| Checks::compile(&self.schema)).run(object, old, causes);
    }
}
