//! All that a plugin usually names, in one `use`.

pub use schemars::{self, JsonSchema};
pub use serde::{self, Deserialize, Serialize};
pub use serde_json::{Value, json};

pub use crate::blueprint::{Blueprint, Check, Migrate, Suggest};
pub use crate::control::{Control, Decision, Observed, Step};
pub use crate::facts::Facts;
pub use crate::objects::{
    ConfigMap, Container, Deployment, Ingress, Objects, Pod, Secret, Service, VolumeClaim,
};
pub use crate::secret::SecretRef;
pub use crate::update::{Candidate, Subject, UpdateChecker};
pub use crate::{About, App, Failure, Health, ObjectRef};
