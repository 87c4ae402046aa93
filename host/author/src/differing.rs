//! The lines in which two texts differ, with what is around them.

use similar::{ChangeTag, TextDiff};

pub fn differing(expected: &str, said: &str) -> String {
    let diff = TextDiff::from_lines(expected, said);
    let mut text = String::new();
    for group in diff.grouped_ops(2) {
        for change in group.iter().flat_map(|it| diff.iter_changes(it)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            text.push(sign);
            text.push_str(change.value());
        }
        text.push_str("...\n");
    }
    text
}
