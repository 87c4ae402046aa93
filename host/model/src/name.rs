//! Checked names: once a value has one of these types, nobody needs to look at its text again.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text cannot be the name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("a name is needed and this one is empty")]
    Empty,
    #[error("{text:?} is too long for a {what}: at most {most} characters")]
    TooLong { text: String, what: &'static str, most: usize },
    #[error(
        "{text:?} cannot be a {what}: it may hold lower-case letters, digits and '-', begins with a letter and ends with a letter or digit"
    )]
    NotALabel { text: String, what: &'static str },
    #[error("{0:?} is a name that Slipway keeps for itself")]
    Reserved(String),
    #[error(
        "{0:?} cannot be a user name: it may hold letters, digits and any of . _ - @ +, at most 64 of them"
    )]
    NotAUserName(String),
}

/// What stands behind the first label of a preview's host name; no deployment is called so.
const PREVIEW: &str = "--preview";

/// The host name of a preview: `web.shop.example` becomes `web--preview.shop.example`.
pub fn preview_host(host: &str) -> String {
    match host.split_once('.') {
        Some((first, rest)) => format!("{first}{PREVIEW}.{rest}"),
        None => format!("{host}{PREVIEW}"),
    }
}

impl UserName {
    /// What healing signs with; no account may be called so.
    pub fn healing() -> Self {
        Self("healing".to_owned())
    }
}

/// RFC 1035 label: what Kubernetes takes as the name of a Service, the strictest of its names.
fn label(text: &str, what: &'static str, most: usize) -> Result<(), Malformed> {
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    if text.len() > most {
        return Err(Malformed::TooLong { text: text.to_owned(), what, most });
    }
    let bytes = text.as_bytes();
    let inner = bytes.iter().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if inner && bytes[0].is_ascii_lowercase() && bytes[bytes.len() - 1] != b'-' {
        Ok(())
    } else {
        Err(Malformed::NotALabel { text: text.to_owned(), what })
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                let check: fn(&str) -> Result<(), Malformed> = $check;
                check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = Malformed;

            fn try_from(text: String) -> Result<Self, Malformed> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A project; also its namespace and a part of its apps' host names. At most 40 characters.
    ProjectName,
    |text| {
        label(text, "project name", 40)?;
        let reserved = text == "default" || text.starts_with("kube-") || text.starts_with("slipway");
        if reserved { Err(Malformed::Reserved(text.to_owned())) } else { Ok(()) }
    }
);
name!(
    /// A deployment within its project. At most 40 characters, so that what is derived fits 63.
    AppName,
    |text| {
        label(text, "deployment name", 40)?;
        if text.ends_with(PREVIEW) { Err(Malformed::Reserved(text.to_owned())) } else { Ok(()) }
    }
);
name!(
    /// A cluster.
    ClusterName,
    |text| label(text, "cluster name", 40)
);
name!(
    /// A plugin or blueprint, as the catalogue lists it.
    PluginName,
    |text| label(text, "plugin name", 63)
);
name!(
    /// A person or a program that signs in.
    UserName,
    |text| {
        let fits = (1..=64).contains(&text.len());
        let known = |it: char| it.is_ascii_alphanumeric() || ".-_@+".contains(it);
        if fits && text.chars().all(known) {
            Ok(())
        } else {
            Err(Malformed::NotAUserName(text.to_owned()))
        }
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_name_is_a_dns_label() {
        for good in ["a", "web", "my-app-2"] {
            assert!(good.parse::<AppName>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "1a", "a_b", "é", &"a".repeat(41)] {
            assert!(bad.parse::<AppName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn no_deployment_is_called_like_the_preview_of_another() {
        assert_eq!(preview_host("web.shop.example"), "web--preview.shop.example");
        assert!("web--preview".parse::<AppName>().is_err());
    }

    #[test]
    fn system_namespaces_are_no_projects() {
        for reserved in ["default", "kube-system", "slipway-system"] {
            assert_eq!(
                reserved.parse::<ProjectName>(),
                Err(Malformed::Reserved(reserved.to_owned()))
            );
        }
    }
}
