//! The form in which a client wants its answer: whole objects, their metadata only, or a table.

/// The form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Whole,
    Metadata,
    Table,
}

impl Form {
    /// The first form in an `Accept` header that is known here.
    pub(crate) fn of(accept: &str) -> Self {
        for choice in accept.split(',') {
            let mut parts = choice.split(';').map(str::trim);
            if !matches!(parts.next(), Some("application/json" | "*/*")) {
                continue;
            }
            let parts: Vec<_> = parts.collect();
            let v1 = parts.contains(&"v=v1");
            match parts.iter().find_map(|it| it.strip_prefix("as=")) {
                None => return Self::Whole,
                Some("Table") if v1 => return Self::Table,
                Some("PartialObjectMetadata" | "PartialObjectMetadataList") if v1 => {
                    return Self::Metadata;
                }
                Some(_) => {}
            }
        }
        Self::Whole
    }
}
