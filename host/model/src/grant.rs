//! Grants: what an installed plugin may do. The author declares, the operator grants, default deny.

use serde::{Deserialize, Serialize};

/// The custom section in which a component says what it is and what it wants (`wit/v1/worlds.wit`).
pub const MANIFEST_SECTION: &str = "slipway:plugin";

/// What one plugin, by digest, may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grant {
    /// Kinds of objects that it may ask for, in its own namespace.
    #[serde(default)]
    pub kinds: Vec<KindRef>,
    /// Outgoing hosts (`https://api.example.org:443`); none by default.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Linear memory of one call, in MiB.
    #[serde(default = "Grant::memory")]
    pub memory_mebibytes: u32,
    /// Wall time of one call, in milliseconds.
    #[serde(default = "Grant::time")]
    pub time_milliseconds: u32,
}

/// A kind in its group (`apps` and `Deployment`; the core group is empty).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRef {
    #[serde(default)]
    pub group: String,
    pub kind: String,
}

/// Kubernetes' Pod Security Standards.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum PodSecurity {
    #[default]
    Restricted,
    Baseline,
    Privileged,
}

impl PodSecurity {
    /// The word of the `pod-security.kubernetes.io/enforce` label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Baseline => "baseline",
            Self::Privileged => "privileged",
        }
    }
}

impl Grant {
    const fn memory() -> u32 {
        64
    }

    const fn time() -> u32 {
        2_000
    }

    /// Nothing but memory and time.
    pub fn nothing() -> Self {
        Self {
            kinds: Vec::new(),
            hosts: Vec::new(),
            memory_mebibytes: Self::memory(),
            time_milliseconds: Self::time(),
        }
    }

    /// In plain words, for whoever is asked to grant it: each reads on from "it may".
    pub fn words(&self) -> Vec<String> {
        let Self { kinds, hosts, memory_mebibytes, time_milliseconds } = self;
        let mut words = Vec::new();
        if !kinds.is_empty() {
            let kinds = kinds.iter().map(|it| match it.group.as_str() {
                "" => it.kind.clone(),
                group => format!("{group}/{}", it.kind),
            });
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            words.push(format!(
                "make, change and remove objects of these kinds in a project's namespace: {kinds}"
            ));
        }
        words.extend(hosts.iter().map(|host| format!("send requests to {host}")));
        words.push(format!(
            "use at most {memory_mebibytes} MiB of memory and {time_milliseconds} ms for each call"
        ));
        words
    }

    /// In plain words, what this asks for beyond what was granted; empty where that is enough.
    pub fn beyond(&self, granted: &Self) -> Vec<String> {
        let mut words = Vec::new();
        for it in self.kinds.iter().filter(|it| !granted.kinds.contains(it)) {
            let group = if it.group.is_empty() { "" } else { &format!("{}/", it.group) };
            words.push(format!("make, change and remove objects of the kind {group}{}", it.kind));
        }
        for host in self.hosts.iter().filter(|it| !granted.hosts.contains(it)) {
            words.push(format!("send requests to {host}"));
        }
        let (memory, was) = (self.memory_mebibytes, granted.memory_mebibytes);
        if memory > was {
            words.push(format!("use {memory} MiB of memory for each call, and not {was}"));
        }
        let (time, was) = (self.time_milliseconds, granted.time_milliseconds);
        if time > was {
            words.push(format!("take {time} ms for each call, and not {was}"));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_asked_for_again() {
        let kind = |kind: &str| KindRef { group: "apps".into(), kind: kind.into() };
        let granted = Grant { kinds: vec![kind("Deployment")], ..Grant::nothing() };
        assert_eq!(granted.beyond(&granted), Vec::<String>::new());
        let less = Grant { memory_mebibytes: 16, ..Grant::nothing() };
        assert_eq!(less.beyond(&granted), Vec::<String>::new());
        let more = Grant {
            kinds: vec![kind("Deployment"), kind("DaemonSet")],
            hosts: vec!["https://x.example:443".into()],
            memory_mebibytes: 128,
            time_milliseconds: 9_000,
        };
        let words = more.beyond(&granted);
        assert_eq!(words.len(), 4, "{words:?}");
        assert!(words[0].ends_with("apps/DaemonSet"), "{words:?}");
    }
}
