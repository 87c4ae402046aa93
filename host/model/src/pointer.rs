//! Steps of JSON Pointers (RFC 6901): `~` and `/` in a name are written `~0` and `~1`.

/// A pointer one step further.
pub fn below(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

/// A step as the name that it stands for.
pub fn name(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_from_its_step() {
        for given in ["plain", "a/b", "a~b", "~1", "/~"] {
            let pointer = below("/x", given);
            assert_eq!(name(pointer.strip_prefix("/x/").unwrap()), given, "{pointer}");
        }
        assert_eq!(below("", "a/b~c"), "/a~1b~0c");
    }
}
