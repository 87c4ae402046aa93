//! What a manifest's annotations say of the component in it: the OCI's own words, and ours below `dev.slipway.`.

use std::collections::BTreeMap;

/// Words about a component, as far as they are known. Every field may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// `blueprint`, `control` or `update-checker`.
    pub kind: String,
    /// The name that it is installed by.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// For people.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// What it is for: `database`, `office`.
    pub categories: Vec<String>,
    /// What is new in this version.
    pub changelog: String,
    /// Who shares it.
    pub shared_by: String,
    /// An SPDX expression.
    pub license: String,
    /// Where its source is.
    pub source: String,
}

const OCI: &str = "org.opencontainers.image";
const OURS: &str = "dev.slipway";

impl Words {
    /// From annotations; what is not there is empty.
    pub fn read(annotations: &BTreeMap<String, String>) -> Self {
        let said = |space: &str, key: &str| {
            annotations.get(&format!("{space}.{key}")).cloned().unwrap_or_default()
        };
        Self {
            kind: said(OURS, "kind"),
            name: said(OURS, "name"),
            version: said(OCI, "version"),
            title: said(OCI, "title"),
            summary: said(OCI, "description"),
            categories: categories(said(OURS, "categories").split(',')),
            changelog: said(OURS, "changelog"),
            shared_by: said(OCI, "authors"),
            license: said(OCI, "licenses"),
            source: said(OCI, "source"),
        }
    }

    /// As annotations; what is empty is left out.
    pub fn annotations(&self) -> BTreeMap<String, String> {
        let Self {
            kind,
            name,
            version,
            title,
            summary,
            categories,
            changelog,
            shared_by,
            license,
            source,
        } = self;
        let categories = categories.join(",");
        let said = [
            (OURS, "kind", kind),
            (OURS, "name", name),
            (OCI, "version", version),
            (OCI, "title", title),
            (OCI, "description", summary),
            (OURS, "categories", &categories),
            (OURS, "changelog", changelog),
            (OCI, "authors", shared_by),
            (OCI, "licenses", license),
            (OCI, "source", source),
        ];
        let said = said.into_iter().filter(|(_, _, text)| !text.is_empty());
        said.map(|(space, key, text)| (format!("{space}.{key}"), text.clone())).collect()
    }
}

/// At most so many, each of lower-case letters, digits and `-`: what is none is left out, since it is somebody else's text.
pub fn categories<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    const MOST: usize = 8;
    let mut found: Vec<String> = Vec::new();
    for text in texts.map(|it| it.trim().to_lowercase()) {
        if is_category(&text) && !found.contains(&text) && found.len() < MOST {
            found.push(text);
        }
    }
    found
}

/// Whether a text is a category.
pub fn is_category(text: &str) -> bool {
    let fits = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_from_their_annotations() {
        let words = Words {
            kind: "blueprint".into(),
            name: "notes".into(),
            version: "1.0.0".into(),
            categories: vec!["office".into(), "web".into()],
            changelog: "Search.".into(),
            ..Words::default()
        };
        let annotations = words.annotations();
        assert_eq!(annotations["dev.slipway.categories"], "office,web");
        assert!(!annotations.contains_key("org.opencontainers.image.title"));
        assert_eq!(Words::read(&annotations), words);
    }

    #[test]
    fn what_is_no_category_is_left_out() {
        let given = [" Office ", "a b", "", "office", "x/y", "web-2"];
        assert_eq!(categories(given.into_iter()), ["office", "web-2"]);
    }
}
