//! Clusters: the `Rollout` resource, the reconcile steps, one shared watch cache, and what people look at.
//!
//! This room knows kube and nothing of accounts, storage or WebAssembly: plans come through the planner port.

mod as_sent;
mod cache;
mod cluster;
mod connect;
mod contact;
mod crd;
mod fences;
mod in_time;
mod kinds;
mod labels;
mod look;
mod own_writes;
mod ownership;
mod project;
mod put;
mod rbac;
mod reconcile;
mod resource;
mod secrets;
mod send;
mod volumes;
mod work;

pub use cluster::take_over;
pub use cluster::{KubeCluster, Settings};
pub use connect::{Error as ConnectError, client_from_kubeconfig};
pub use crd::rollout_crd;
pub use kube::Client;
pub use rbac::cluster_role;
