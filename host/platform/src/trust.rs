//! Whose plugins are taken from which source: rules that an admin sets, asked at installation and at each start.

use slipway_model::access::InstanceAction;
use slipway_model::digest::Digest;
use slipway_model::image::is_host;
use slipway_model::plan;
use slipway_registry::name::OWN_REGISTRY;
use slipway_registry::signature::{PublicKey, Signature};
use slipway_store::Reads;
use slipway_store::record::{Origin, PLUGINS, Plugin, Proof, TRUST, Trust};

use crate::install::source::{component_in, repository};
use crate::{Caller, Error, Platform};

/// The source of what somebody sends.
const UPLOAD: &str = "upload";
/// Every registry but our own that no other rule is about.
const ANY: &str = "*";

/// A rule that was set, and the plugins that are not run because of the rules as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustSet {
    pub rule: Trust,
    pub barred: Vec<String>,
}

impl Platform {
    /// The rules, by source.
    pub fn trust_list(&self, caller: &Caller) -> Result<Vec<Trust>, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        Ok(self.store.read()?.all(&TRUST, "")?.into_iter().map(|(_, it)| it).collect())
    }

    /// Says whose plugins are taken from a source; installed ones are judged anew.
    pub async fn trust_set(
        &self,
        caller: &Caller,
        source: &str,
        keys: Vec<String>,
        unsigned: bool,
    ) -> Result<TrustSet, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        check_source(source)?;
        for (number, key) in keys.iter().enumerate() {
            key.parse::<PublicKey>().map_err(|error| Error::Invalid {
                field: "keys",
                message: format!("key {} cannot be used: {error}", number + 1),
            })?;
        }
        if source == UPLOAD && !keys.is_empty() {
            let message = "uploads carry no signature, so no key can be asked for; say only whether they are taken";
            return Err(Error::Invalid { field: "keys", message: message.into() });
        }
        let rule = Trust {
            source: source.to_owned(),
            keys,
            unsigned,
            set_by: caller.actor().name,
            set_unix_milliseconds: self.now(),
        };
        let kept = rule.clone();
        self.store
            .change(caller.actor(), "trust.set", source.to_owned(), move |changes| {
                changes.put(&TRUST, &kept.source, &kept).map_err(Error::from)
            })
            .await?;
        Ok(TrustSet { rule, barred: self.judge_all().await? })
    }

    /// Takes a rule back; the source is treated like others again.
    pub async fn trust_delete(&self, caller: &Caller, source: &str) -> Result<(), Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let key = source.to_owned();
        self.store
            .change(caller.actor(), "trust.delete", source.to_owned(), move |changes| {
                if changes.get(&TRUST, &key)?.is_none() {
                    return Err(Error::no("rule about", &key));
                }
                changes.remove(&TRUST, &key).map_err(Error::from)
            })
            .await?;
        self.judge_all().await.map(drop)
    }

    /// Has every plugin run or not, as the rules are now; the names of those that are not.
    async fn judge_all(&self) -> Result<Vec<String>, Error> {
        let mut barred = Vec::new();
        for (_, plugin) in self.store.read()?.all(&PLUGINS, "")? {
            if let Err(error) = self.load(&plugin).await {
                tracing::warn!(plugin = %plugin.name, digest = %plugin.digest, error = %error, "a plugin is not run");
                barred.push(format!("{} {}", plugin.name, plugin.version));
            }
        }
        Ok(barred)
    }
}

fn check_source(source: &str) -> Result<(), Error> {
    let is_place = |it: &str| {
        let registry = it.split('/').next().unwrap_or_default();
        is_host(registry) && !it.ends_with('/') && !it.contains(['@', '*', ' '])
    };
    if source == UPLOAD || source == ANY || is_place(source) {
        return Ok(());
    }
    let message = format!(
        "{source:?} is no source; it is a registry with or without the beginning of a name (ghcr.io/team), {OWN_REGISTRY} for \
         this instance's own, {UPLOAD}, or {ANY} for every other registry"
    );
    Err(Error::Invalid { field: "source", message })
}

/// The keys that rules name, each once.
pub(crate) struct Keys(pub Vec<KnownKey>);

pub(crate) struct KnownKey {
    pub key: PublicKey,
    pub fingerprint: String,
    /// Whose rules name it.
    pub sources: Vec<String>,
}

impl Keys {
    pub fn read(reader: &impl Reads) -> Result<Self, Error> {
        let mut known: Vec<KnownKey> = Vec::new();
        for rule in Rules::read(reader)?.0 {
            for key in rule.keys.iter().filter_map(|it| it.parse::<PublicKey>().ok()) {
                match known.iter_mut().find(|it| it.key == key) {
                    Some(again) => again.sources.push(rule.source.clone()),
                    None => known.push(KnownKey {
                        fingerprint: key.fingerprint(),
                        sources: vec![rule.source.clone()],
                        key,
                    }),
                }
            }
        }
        Ok(Self(known))
    }
}

/// All rules, as they are at one moment.
pub(crate) struct Rules(Vec<Trust>);

impl Rules {
    pub fn read(reader: &impl Reads) -> Result<Self, Error> {
        Ok(Self(reader.all(&TRUST, "")?.into_iter().map(|(_, it)| it).collect()))
    }

    /// As [`Rules::judge`], for what is not installed yet.
    pub fn admit(&self, digest: &Digest, origin: &Origin) -> Result<(), Error> {
        self.judged(digest, origin).map_err(|reason| {
            plan::Error::Barred(format!("this plugin cannot be installed: {reason}")).into()
        })
    }

    /// Whether anything at all may come from a reference: asked before anybody is asked there.
    pub fn admit_source(&self, reference: &str) -> Result<(), Error> {
        let place = repository(reference);
        if is_ours(place) || self.about(place).is_some() {
            return Ok(());
        }
        let words = format!("this plugin cannot be installed: {}", unsaid(place));
        Err(plan::Error::Barred(words).into())
    }

    /// Whether a plugin may run; the words are for whoever uses it.
    pub fn judge(&self, plugin: &Plugin) -> Result<(), String> {
        let judged = self.judged(&plugin.digest, &plugin.origin);
        judged.map_err(|reason| format!("{} {} is not run: {reason}", plugin.name, plugin.version))
    }

    fn judged(&self, digest: &Digest, origin: &Origin) -> Result<(), String> {
        let (place, manifest, proofs) = match origin {
            // It is as much part of the host as its own code.
            Origin::Bundle => return Ok(()),
            Origin::Upload => (UPLOAD, "", &[][..]),
            Origin::Registry { reference, manifest, proofs } => {
                (repository(reference), manifest.as_str(), proofs.as_slice())
            }
        };
        let Some(rule) = self.about(place) else {
            return if is_ours(place) { Ok(()) } else { Err(unsaid(place)) };
        };
        if rule.unsigned {
            return Ok(());
        }
        let source = &rule.source;
        if rule.keys.is_empty() {
            return Err(format!("the rule about {source} takes nothing from there"));
        }
        if component_in(manifest).as_ref() != Some(digest) {
            return Err(format!("the rule about {source} asks for a signature, and it has none"));
        }
        let over = Digest::of(manifest.as_bytes());
        let keys = rule.keys.iter().filter_map(|it| it.parse::<PublicKey>().ok());
        if keys.into_iter().any(|key| proofs.iter().any(|it| key.signed(&signature(it), &over))) {
            return Ok(());
        }
        Err(match proofs.len() {
            0 => format!("the rule about {source} asks for a signature, and nobody signed it"),
            count => format!(
                "the rule about {source} asks for a signature by one of its keys, and of its {count} signatures none is"
            ),
        })
    }

    /// The rule that says the most of a place.
    fn about(&self, place: &str) -> Option<&Trust> {
        let near = self.0.iter().filter(|it| is_under(&it.source, place));
        let nearest = near.max_by_key(|it| it.source.len());
        nearest.or_else(|| self.0.iter().find(|it| !is_ours(place) && it.source == ANY))
    }
}

/// `ghcr.io/team` is above `ghcr.io/team/web`, and not above `ghcr.io/teams`.
fn is_under(source: &str, place: &str) -> bool {
    place.strip_prefix(source).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What is taken where nothing is said.
fn is_ours(place: &str) -> bool {
    place == UPLOAD || is_under(OWN_REGISTRY, place)
}

fn unsaid(place: &str) -> String {
    format!(
        "nothing is said about {place}; an admin says whose plugins are taken from there: \
         `slipway trust set {place} --key FILE`, or --unsigned"
    )
}

pub(crate) fn signature(proof: &Proof) -> Signature {
    Signature {
        statement: proof.statement.clone().into_bytes(),
        signature: proof.signature.clone(),
    }
}

#[cfg(test)]
mod tests;
