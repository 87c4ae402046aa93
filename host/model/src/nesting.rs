//! How deep JSON is nested. A parser that goes down with it runs out of stack or gives up, and what was taken in once is
//! parsed again and again, in lists of many objects: so it is bounded where it comes in.

/// Levels that JSON from outside may have: of requests, and of what plugins answer.
pub const MOST: usize = 64;

/// Levels of objects and lists, counted without parsing.
pub fn levels(json: &[u8]) -> usize {
    let (mut now, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => {
                now += 1;
                deepest = deepest.max(now);
            }
            b'}' | b']' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_but_those_in_texts_do_not() {
        assert_eq!(levels(b"7"), 0);
        assert_eq!(levels(br#"[{"a": [1], "b": {}}, []]"#), 3);
        assert_eq!(levels(br#"{"a": "[[\"[[", "b": "\\"}"#), 1);
        assert_eq!(levels(b"]]]["), 1);
    }
}
