//! Pages: a bounded piece of a list, and where the next one begins.

/// Which piece is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The last key of the page before; none for the first page.
    pub after: Option<String>,
    /// At most this many, 1 to [`PageRequest::MOST`].
    pub limit: usize,
}

impl PageRequest {
    /// More are not given at once.
    pub const MOST: usize = 200;

    /// Bounds the limit; 50 where none is asked.
    pub fn new(after: Option<String>, limit: Option<usize>) -> Self {
        Self { after, limit: limit.unwrap_or(50).clamp(1, Self::MOST) }
    }
}

/// A piece of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What to pass as `after` for the next piece; none at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}
