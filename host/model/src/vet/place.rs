//! A place in an object: a value and the path to it, as people write it.

use serde_json::Value;

static NOTHING: Value = Value::Null;

/// A value and where it stands; null where there is none.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    pub value: &'a Value,
    pub path: String,
}

/// A rule that is broken somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub field: String,
    pub rule: String,
    pub hint: String,
}

impl Broken {
    pub fn new(field: &str, rule: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { field: field.to_owned(), rule: rule.into(), hint: hint.into() }
    }
}

impl<'a> Place<'a> {
    pub fn of(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// A field below.
    pub fn at(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        let value = self.value.get(name).unwrap_or(&NOTHING);
        Self { value, path: format!("{}{dot}{name}", self.path) }
    }

    /// Several fields below.
    pub fn down(&self, names: &[&str]) -> Self {
        names.iter().fold(self.clone(), |place, name| place.at(name))
    }

    /// The entries of a list; none where it is no list.
    pub fn items(&self) -> impl Iterator<Item = Self> {
        let items = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        let path = self.path.clone();
        items
            .iter()
            .enumerate()
            .map(move |(index, value)| Place { value, path: format!("{path}[{index}]") })
    }

    /// The fields of an object with their names; none where it is no object.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, Self)> {
        let fields = self.value.as_object().into_iter().flatten();
        let path = self.path.clone();
        fields.map(move |(name, value)| {
            let dot = if path.is_empty() { "" } else { "." };
            (name.as_str(), Place { value, path: format!("{path}{dot}{name}") })
        })
    }

    pub fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub fn is_true(&self) -> bool {
        self.value == &Value::Bool(true)
    }

    /// There, and not null.
    pub fn is_set(&self) -> bool {
        !self.value.is_null()
    }

    /// Visits this place and every one below it.
    pub fn walk(&self, visit: &mut impl FnMut(&Self) -> Result<(), Broken>) -> Result<(), Broken> {
        visit(self)?;
        for (_, field) in self.fields() {
            field.walk(visit)?;
        }
        for item in self.items() {
            item.walk(visit)?;
        }
        Ok(())
    }

    pub fn breaks(&self, rule: impl Into<String>, hint: impl Into<String>) -> Broken {
        Broken::new(&self.path, rule, hint)
    }
}
