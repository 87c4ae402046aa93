//! Ranges of bytes: of a part that is pushed (distribution-spec, "Pushing a blob in chunks"), of content that is pulled (RFC 9110, 14).

/// The text is no range of a part.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no range of a part; write FIRST-LAST, both counted from 0")]
pub struct Malformed(pub String);

/// Where a part lies, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first byte.
    pub first: u64,
    /// The last byte.
    pub last: u64,
}

/// What a request for content asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: no range, or one that is not understood, which a server ignores.
    Whole,
    /// These bytes.
    Part(Part),
    /// None that there are.
    Unsatisfiable,
}

impl Part {
    /// Reads `Content-Range` of a part: `^[0-9]+-[0-9]+$`, with `bytes ` in front where a client follows RFC 9110.
    pub fn pushed(text: &str) -> Result<Self, Malformed> {
        let bare = text.strip_prefix("bytes ").unwrap_or(text);
        let bare = bare.split_once('/').map_or(bare, |(range, _)| range);
        let malformed = || Malformed(text.to_owned());
        let (first, last) = bare.split_once('-').ok_or_else(malformed)?;
        let part = number(first).zip(number(last)).ok_or_else(malformed)?;
        let (first, last) = part;
        if first <= last { Ok(Self { first, last }) } else { Err(malformed()) }
    }

    /// How many bytes it has.
    pub fn length(self) -> u64 {
        self.last - self.first + 1
    }
}

impl Wanted {
    /// Reads `Range` for content of this size. More than one range is answered with the whole.
    pub fn of(text: Option<&str>, size: u64) -> Self {
        let Some(range) = text.and_then(|it| it.trim().strip_prefix("bytes=")) else {
            return Self::Whole;
        };
        let Some((first, last)) = range.split_once('-') else { return Self::Whole };
        let part = match (number(first), number(last)) {
            (None, Some(count)) if first.is_empty() => {
                (count > 0).then(|| (size.saturating_sub(count), u64::MAX))
            }
            (Some(first), None) if last.is_empty() => Some((first, u64::MAX)),
            // A server may refuse a range that ends before it begins; that tells the client more than all the content.
            (Some(first), Some(last)) => (first <= last).then_some((first, last)),
            _ => return Self::Whole,
        };
        match part {
            Some((first, last)) if first < size => {
                Self::Part(Part { first, last: last.min(size - 1) })
            }
            _ => Self::Unsatisfiable,
        }
    }
}

/// Digits and nothing else: `parse` alone would take a sign.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_both_of_its_ends() {
        assert_eq!(Part::pushed("0-9"), Ok(Part { first: 0, last: 9 }));
        assert_eq!(Part::pushed("bytes 5-9/10"), Ok(Part { first: 5, last: 9 }));
        assert_eq!(Part { first: 5, last: 9 }.length(), 5);
        for bad in ["", "5", "9-5", "-5", "5-", "+1-2", "a-b", "0-99999999999999999999"] {
            assert_eq!(Part::pushed(bad), Err(Malformed(bad.into())), "{bad}");
        }
    }

    #[test]
    fn a_reader_gets_what_there_is_of_what_it_asks_for() {
        let part = |first, last| Wanted::Part(Part { first, last });
        for (text, wanted) in [
            ("bytes=0-4", part(0, 4)),
            ("bytes=5-", part(5, 9)),
            ("bytes=-3", part(7, 9)),
            ("bytes=-99", part(0, 9)),
            ("bytes=5-99", part(5, 9)),
            ("bytes=10-", Wanted::Unsatisfiable),
            ("bytes=-0", Wanted::Unsatisfiable),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=4-2", Wanted::Unsatisfiable),
            ("lines=1-2", Wanted::Whole),
        ] {
            assert_eq!(Wanted::of(Some(text), 10), wanted, "{text}");
        }
        assert_eq!(Wanted::of(None, 10), Wanted::Whole);
        assert_eq!(Wanted::of(Some("bytes=0-"), 0), Wanted::Unsatisfiable);
    }
}
