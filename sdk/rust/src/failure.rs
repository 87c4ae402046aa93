//! Why a plugin cannot do what it was asked, in words for the person who asked.

pub use crate::bindings::blueprint::slipway::types::types::Failure;

impl Failure {
    /// A failure with a stable word in kebab-case and one sentence.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), field: None, hint: None }
    }

    /// The values do not go together.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("invalid-values", message)
    }

    /// The plugin does not know the operation.
    pub fn unsupported_operation(operation: &str, known: &[&str]) -> Self {
        Self::new("unsupported-operation", format!("This plugin knows no operation {operation:?}."))
            .hint(format!("It knows: {}.", known.join(", ")))
    }

    /// Names the value that it is about, as a JSON Pointer, so that the form shows it there.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// What to do next, as one sentence.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        let Self { code, message, field, hint } = self;
        *code == other.code
            && *message == other.message
            && *field == other.field
            && *hint == other.hint
    }
}
