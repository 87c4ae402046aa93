//! The two stacks' names, and how an object says which one it is of.

use std::fmt;

use slipway_sdk::prelude::Value;

/// Label of everything that is of one stack, of its pods, and of the selectors that find them.
pub const STACK: &str = "blue-green.slipway.dev/stack";
/// Annotation: digest of what the object, or the whole stack, was made from.
pub const CONTENT: &str = "blue-green.slipway.dev/content";

/// One of the two stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    Blue,
    Green,
}

impl Colour {
    pub const BOTH: [Self; 2] = [Self::Blue, Self::Green];

    pub fn other(self) -> Self {
        match self {
            Self::Blue => Self::Green,
            Self::Green => Self::Blue,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
        }
    }

    /// What an object's own labels say.
    pub fn of(object: &Value) -> Option<Self> {
        Self::named(&object["metadata"]["labels"][STACK])
    }

    /// What a Service's selector says.
    pub fn selected_by(service: &Value) -> Option<Self> {
        Self::named(&service["spec"]["selector"][STACK])
    }

    fn named(value: &Value) -> Option<Self> {
        Self::BOTH.into_iter().find(|it| value == it.as_str())
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
