//! The query of a request: names that may come more than once, such as `tag`.

/// Names and values, decoded, in their order.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what stands behind the question mark.
    pub fn of(text: Option<&str>) -> Self {
        let pairs = text.unwrap_or_default().split('&').filter(|it| !it.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(decoded.collect())
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// All values of this name.
    pub fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

/// As forms are written: `%2B` is a plus, and so is a `+` in a media type that a client did not encode.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hexadecimal = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = hexadecimal
            .filter(|it| it.iter().all(u8::is_ascii_hexdigit))
            .and_then(|it| std::str::from_utf8(it).ok())
            .and_then(|it| u8::from_str_radix(it, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_may_come_again() {
        let query = Query::of(Some("digest=sha256%3Aab&tag=1&tag=1.0&n=&artifactType=a/b+json&%"));
        assert_eq!(query.get("digest"), Some("sha256:ab"));
        assert_eq!(query.all("tag").collect::<Vec<_>>(), ["1", "1.0"]);
        assert_eq!(query.get("n"), Some(""));
        assert_eq!(query.get("artifactType"), Some("a/b+json"));
        assert_eq!(query.get("last"), None);
    }
}
