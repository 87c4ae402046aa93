//! `$(NAME)` in texts: variables are put in, secrets are left for the cluster to put in.

use std::collections::{BTreeMap, BTreeSet};

use slipway_sdk::SecretRef;

/// What names stand for.
pub struct Names<'a> {
    pub app: &'a str,
    /// The first host name, and the address behind it.
    pub host: &'a str,
    pub url: &'a str,
    pub services: Vec<&'a str>,
    pub variables: &'a BTreeMap<String, String>,
    pub secrets: &'a BTreeMap<String, SecretRef>,
}

/// A text as the cluster gets it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    /// Secrets that it names.
    pub secrets: BTreeSet<String>,
}

impl Names<'_> {
    /// For a variable or an argument: `$(SECRET)` stays, and so does `$$`, which the cluster knows as well.
    pub fn in_command(&self, text: &str) -> Text {
        self.put(text, true)
    }

    /// For a file, which the cluster leaves as it is: `$$` is a dollar here already.
    pub fn in_file(&self, text: &str) -> Text {
        self.put(text, false)
    }

    fn put(&self, text: &str, keeps_pairs: bool) -> Text {
        let mut done = Text::default();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            done.text.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix("$$") {
                done.text.push_str(if keeps_pairs { "$$" } else { "$" });
                rest = after;
            } else if let Some((name, after)) =
                rest.strip_prefix("$(").and_then(|it| it.split_once(')'))
                && let Some(put) = self.known(name)
            {
                match put {
                    Put::Text(put) if keeps_pairs => done.text.push_str(&put.replace("$(", "$$(")),
                    Put::Text(put) => done.text.push_str(&put),
                    Put::Secret => {
                        done.text.push_str(&format!("$({name})"));
                        done.secrets.insert(name.to_owned());
                    }
                }
                rest = after;
            } else {
                done.text.push('$');
                rest = &rest[1..];
            }
        }
        done.text.push_str(rest);
        done
    }

    fn known(&self, name: &str) -> Option<Put> {
        if let Some(service) = name.strip_prefix("host.") {
            let is_known = self.services.contains(&service);
            return is_known.then(|| Put::Text(format!("{}-{service}", self.app)));
        }
        match name {
            "app.host" => return Some(Put::Text(self.host.to_owned())),
            "app.url" => return Some(Put::Text(self.url.to_owned())),
            "app.name" => return Some(Put::Text(self.app.to_owned())),
            _ => {}
        }
        // One that nobody filled in stands for the variable of its name.
        if self.secrets.get(name).is_some_and(|it| !it.name().is_empty()) {
            return Some(Put::Secret);
        }
        self.variables.get(name).cloned().map(Put::Text)
    }
}

enum Put {
    Text(String),
    Secret,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_in_and_all_else_stays() {
        let variables = BTreeMap::from([("MODE".to_owned(), "a$(b)".to_owned())]);
        let secrets = BTreeMap::from([
            ("KEY".to_owned(), SecretRef::new("a", "b")),
            ("NONE".to_owned(), SecretRef::default()),
        ]);
        let names = Names {
            app: "shop",
            host: "shop.example",
            url: "https://shop.example",
            services: vec!["db"],
            variables: &variables,
            secrets: &secrets,
        };
        assert_eq!(
            names.in_command("$(app.url)/ $$$(KEY) $(NONE)").text,
            "https://shop.example/ $$$(KEY) $(NONE)"
        );
        let text = names.in_command("x=$(MODE) y=$(KEY)@$(host.db) $(date) $HOME $$(MODE) $(");
        assert_eq!(text.text, "x=a$$(b) y=$(KEY)@shop-db $(date) $HOME $$(MODE) $(");
        assert_eq!(text.secrets, BTreeSet::from(["KEY".to_owned()]));
        assert_eq!(names.in_file("$(MODE) $$(MODE) $(date)").text, "a$(b) $(MODE) $(date)");
    }
}
