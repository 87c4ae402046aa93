//! The kinds that are served: the built-in ones from a table, the custom ones from their definitions.

pub(crate) mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use self::table::BuiltIn;
use crate::custom::Custom;
use crate::store::Key;

/// One kind in one version.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "a kind's name is its `kind` in Kubernetes")]
pub(crate) struct Kind {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) plural: String,
    pub(crate) singular: String,
    pub(crate) short: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) namespaced: bool,
    /// Whether there is a `status` subresource.
    pub(crate) status: bool,
    /// Where the `scale` subresource finds its numbers.
    pub(crate) scale: Option<Scale>,
    /// The name under which objects are stored; versions of a kind share it.
    pub(crate) store: Arc<str>,
    /// The `apiVersion` that stored objects carry.
    pub(crate) stored_as: String,
    pub(crate) make: Make,
}

/// Where a kind comes from.
#[derive(Debug)]
pub(crate) enum Make {
    BuiltIn(&'static BuiltIn),
    Custom(Box<Custom>),
}

/// The paths of the `scale` subresource, as field names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scale {
    pub(crate) replicas: Vec<String>,
    pub(crate) status_replicas: Vec<String>,
    pub(crate) selector: Option<Vec<String>>,
}

impl Kind {
    /// `apps/v1`, or `v1`.
    pub(crate) fn api_version(&self) -> String {
        api_version(&self.group, &self.version)
    }

    /// Where an object of this kind lies.
    pub(crate) fn key(&self, namespace: &str, name: &str) -> Key {
        Key::new(&self.store, if self.namespaced { namespace } else { "" }, name)
    }

    /// Whether stored objects carry another `apiVersion` than this one.
    pub(crate) fn converts(&self) -> bool {
        self.stored_as != self.api_version()
    }
}

/// `group/version`, or the version alone in the core group.
pub(crate) fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

/// An immutable set of kinds; a change of a definition makes a new one.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    by_path: BTreeMap<(String, String, String), Arc<Kind>>,
}

impl Kinds {
    fn insert(&mut self, kind: Kind) {
        let path = (kind.group.clone(), kind.version.clone(), kind.plural.clone());
        self.by_path.insert(path, Arc::new(kind));
    }

    /// The kind behind a path.
    pub(crate) fn find(&self, group: &str, version: &str, plural: &str) -> Option<Arc<Kind>> {
        let path = (group.to_owned(), version.to_owned(), plural.to_owned());
        self.by_path.get(&path).cloned()
    }

    /// All kinds, by group, version and plural.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.by_path.values()
    }

    /// One served version of each stored kind.
    pub(crate) fn stored(&self) -> Vec<Arc<Kind>> {
        let mut seen = std::collections::BTreeSet::new();
        self.iter().filter(|it| seen.insert(Arc::clone(&it.store))).cloned().collect()
    }

    /// The versions of a group, the newest stable one first.
    pub(crate) fn versions(&self, group: &str) -> Vec<String> {
        let mut found: Vec<String> =
            self.iter().filter(|it| it.group == group).map(|it| it.version.clone()).collect();
        found.sort_by_key(|it| std::cmp::Reverse(rank(it)));
        found.dedup();
        found
    }

    /// The groups, without the core group.
    pub(crate) fn groups(&self) -> Vec<String> {
        let mut found: Vec<String> =
            self.iter().map(|it| it.group.clone()).filter(|it| !it.is_empty()).collect();
        found.sort();
        found.dedup();
        found
    }
}

/// Orders versions as Kubernetes does: stable before beta before alpha, then by number.
fn rank(version: &str) -> (u8, u32, u32) {
    let digits = |text: &str| text.parse().unwrap_or(0);
    let rest = version.trim_start_matches('v');
    for (word, stage) in [("alpha", 0), ("beta", 1)] {
        if let Some((major, minor)) = rest.split_once(word) {
            return (stage, digits(major), digits(minor));
        }
    }
    (2, digits(rest), 0)
}

/// The set of kinds that is served now.
#[derive(Debug)]
pub(crate) struct Registry(RwLock<Arc<Kinds>>);

impl Registry {
    /// The built-in kinds only.
    pub(crate) fn built_in() -> Self {
        Self(RwLock::new(Arc::new(with_customs(Vec::new()))))
    }

    /// The kinds now.
    pub(crate) fn now(&self) -> Arc<Kinds> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Serves these custom kinds beside the built-in ones.
    pub(crate) fn serve(&self, customs: Vec<Kind>) {
        let kinds = Arc::new(with_customs(customs));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = kinds;
    }
}

fn with_customs(customs: Vec<Kind>) -> Kinds {
    let mut kinds = Kinds::default();
    for custom in customs {
        kinds.insert(custom);
    }
    for row in table::ROWS {
        kinds.insert(row.kind());
    }
    kinds
}
