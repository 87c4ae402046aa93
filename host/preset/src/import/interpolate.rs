//! `$NAME` and `${NAME…}` as Compose reads them, into `$(NAME)` as `stack` does.

use super::Error;
use super::variables::Variables;

/// What follows a name between braces.
enum Rest<'a> {
    Nothing,
    /// `:-` or `-`.
    Default(&'a str),
    /// `:?` or `?`.
    Needed(&'a str),
    /// `:+` or `+`.
    Instead(&'a str),
}

/// The text with its variables as `stack` names them.
pub(super) fn late(place: &str, text: &str, variables: &mut Variables) -> Result<String, Error> {
    let mut done = String::new();
    walk(place, text, &mut |part| {
        match part {
            Part::Text(text) => done.push_str(text),
            // As `stack` and the cluster write a dollar that is none of theirs.
            Part::Dollar => done.push_str("$$"),
            Part::Name(name, rest) => match rest {
                Rest::Nothing => done.push_str(&variables.named(name, None, None)),
                Rest::Default(text) => {
                    let text = late(place, text, variables)?;
                    done.push_str(&variables.named(name, Some(&text), None));
                }
                Rest::Needed(help) => done.push_str(&variables.named(name, None, Some(help))),
                Rest::Instead(text) => {
                    variables.one_way(place, name);
                    done.push_str(&late(place, text, variables)?);
                }
            },
        }
        Ok(())
    })?;
    Ok(done)
}

/// The text with its variables at what they are by default, for a place that cannot vary. None: one has no default.
pub(super) fn now(
    place: &str,
    text: &str,
    variables: &mut Variables,
) -> Result<Option<String>, Error> {
    let mut done = Some(String::new());
    walk(place, text, &mut |part| {
        let put = match part {
            Part::Text(text) => Some(text.to_owned()),
            Part::Dollar => Some("$".to_owned()),
            Part::Name(name, rest) => {
                let default = match rest {
                    Rest::Default(text) => now(place, text, variables)?,
                    Rest::Instead(_) => Some(String::new()),
                    Rest::Nothing | Rest::Needed(_) => None,
                };
                variables.settled(place, name, default)
            }
        };
        done = done.take().zip(put).map(|(done, put)| done + &put);
        Ok(())
    })?;
    Ok(done)
}

enum Part<'a> {
    Text(&'a str),
    /// `$$`.
    Dollar,
    Name(&'a str, Rest<'a>),
}

fn walk<'a>(
    place: &str,
    text: &'a str,
    each: &mut dyn FnMut(Part<'a>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        each(Part::Text(&rest[..at]))?;
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix('$') {
            each(Part::Dollar)?;
            rest = after;
        } else if let Some(inner) = after.strip_prefix('{') {
            let end = closing(inner)
                .ok_or_else(|| Error::shape(place, format!("{text:?} has a ${{ without its }}")))?;
            let (name, more) = split(&inner[..end]);
            if name.is_empty() {
                return Err(Error::shape(place, format!("{text:?} has a ${{ without a name")));
            }
            each(Part::Name(name, more))?;
            rest = &inner[end + 1..];
        } else {
            let length = name_length(after);
            if length == 0 {
                each(Part::Dollar)?;
            } else {
                each(Part::Name(&after[..length], Rest::Nothing))?;
            }
            rest = &after[length..];
        }
    }
    each(Part::Text(rest))
}

/// Where the brace ends that is open, past those within.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => open += 1,
            '}' if open == 0 => return Some(at),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

fn name_length(text: &str) -> usize {
    let is_first = |it: char| it.is_ascii_alphabetic() || it == '_';
    if !text.starts_with(is_first) {
        return 0;
    }
    text.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).unwrap_or(text.len())
}

fn split(inner: &str) -> (&str, Rest<'_>) {
    // Names of Coolify's have dashes: `SERVICE_PASSWORD_MY-APP`.
    let is_dashed = inner.starts_with("SERVICE_");
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_' || (is_dashed && it == '-');
    let end = inner.find(|it| !is_name(it)).unwrap_or(inner.len());
    let (name, more) = inner.split_at(end);
    let more = more.strip_prefix(':').unwrap_or(more);
    let rest = match more.chars().next() {
        Some('-') => Rest::Default(&more[1..]),
        Some('?') => Rest::Needed(&more[1..]),
        Some('+') => Rest::Instead(&more[1..]),
        _ => Rest::Nothing,
    };
    (name, rest)
}
