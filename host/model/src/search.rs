//! Finding offers by words: which fit, and how well.

/// What is looked through, each with what it counts: a word in the name says more than one in the summary.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    pub text: &'t str,
    pub weight: u32,
}

/// How well the texts fit what was asked for; none where a word of it is in none of them. Nothing asked fits everything.
pub fn score(asked: &str, texts: &[Text<'_>]) -> Option<u32> {
    let texts: Vec<(String, u32)> =
        texts.iter().map(|it| (it.text.to_lowercase(), it.weight)).collect();
    let asked = asked.to_lowercase();
    let words = asked.split(|it: char| it.is_whitespace() || it == ',').filter(|it| !it.is_empty());
    let best =
        |word: &str| texts.iter().filter_map(|(text, weight)| fit(word, text, *weight)).max();
    words.map(best).sum()
}

/// A whole text counts most, then the beginning of one of its words, then any part.
fn fit(word: &str, text: &str, weight: u32) -> Option<u32> {
    if text == word {
        return Some(weight * 4);
    }
    let begins = text.split(|it: char| !it.is_alphanumeric()).any(|it| it.starts_with(word));
    if begins || text.starts_with(word) {
        return Some(weight * 2);
    }
    text.contains(word).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &str) -> Option<u32> {
        let text = |text, weight| Text { text, weight };
        score(words, &[text("notes", 8), text("A page of Notes for teams", 2), text("office", 4)])
    }

    #[test]
    fn every_word_must_be_somewhere_and_names_count_most() {
        assert_eq!(asked(""), Some(0));
        assert_eq!(asked("notes"), Some(32));
        assert_eq!(asked("NOT"), Some(16));
        assert_eq!(asked("otes"), Some(8));
        assert_eq!(asked("teams, office"), Some(4 + 16));
        assert_eq!(asked("notes calendar"), None);
        assert!(asked("notes") > asked("page"));
    }
}
