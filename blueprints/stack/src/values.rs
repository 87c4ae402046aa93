//! What the form asks.

use std::collections::BTreeMap;

use slipway_sdk::prelude::*;

/// The whole app.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Values {
    /// # Services
    /// The programs of the app, by name.
    pub services: BTreeMap<String, Service>,

    /// # Variables
    /// Texts that services name as `$(NAME)`.
    pub variables: BTreeMap<String, String>,

    /// # Secrets
    /// Secret texts that services name as `$(NAME)`. One that is not filled in stands for the variable of its name.
    pub secrets: BTreeMap<String, SecretRef>,
}

/// One program.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Service {
    /// # Image
    #[schemars(length(min = 1, max = 500), extend("x-slipway" = {"role": "image"}))]
    pub image: String,

    /// # Command
    /// In place of the image's own program.
    pub command: Vec<String>,

    /// # Arguments
    pub args: Vec<String>,

    /// # Working directory
    pub working_dir: Option<String>,

    /// # Environment
    pub env: BTreeMap<String, String>,

    /// # Secret environment
    pub secret_env: BTreeMap<String, SecretRef>,

    /// # Ports
    /// Where the program listens for the other services.
    pub ports: Vec<u16>,

    /// # Public
    /// What people reach from outside.
    pub public: Option<Public>,

    /// # Volumes
    /// What outlives the program, by name. Services that name the same volume share it.
    pub volumes: BTreeMap<String, Volume>,

    /// # Files
    /// Texts by their absolute path.
    pub files: BTreeMap<String, String>,

    /// # Health
    pub health: Option<Health>,

    /// # Replicas
    #[schemars(range(min = 0, max = 20), extend("x-slipway" = {"role": "replicas"}))]
    pub replicas: u32,

    /// # Memory
    #[schemars(range(min = 4, max = 65536), extend("x-slipway" = {"unit": "MiB"}))]
    pub memory_mebibytes: u32,

    /// # Processor
    /// Set aside for it, in thousandths of a core.
    #[schemars(range(min = 1, max = 64000))]
    pub cpu_millicores: u32,

    /// # User
    /// Number of the user that the program runs as. Root is not possible.
    pub user: Option<u32>,

    /// # Depends on
    /// Services that should be there before it. All start together; what is not ready is tried again.
    pub depends_on: Vec<String>,

    /// # Plain name
    /// The other services reach it by its own name too.
    pub plain_name: bool,

    /// # Seconds to end
    #[schemars(range(min = 0, max = 3600))]
    pub grace_seconds: Option<u32>,
}

/// A door to the outside.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Public {
    /// # Port
    #[schemars(range(min = 1))]
    pub port: u16,
    /// # Host name
    /// One of the app's host names; all that no other service has, if it is left out.
    #[serde(default)]
    pub host: Option<String>,
}

/// A volume as one service sees it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Volume {
    /// # Path
    #[schemars(regex(pattern = r"^/.+$"))]
    pub path: String,
    /// # Size
    #[schemars(range(min = 1, max = 1_048_576), extend("x-slipway" = {"unit": "MiB"}))]
    pub size_mebibytes: u32,
    /// # Read only
    #[serde(default)]
    pub read_only: bool,
}

/// When a service counts as ready: while a path answers, or while a command ends well.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Health {
    pub path: Option<String>,
    pub port: Option<u16>,
    pub command: Vec<String>,
    #[schemars(range(min = 1, max = 3600))]
    pub interval_seconds: Option<u32>,
    #[schemars(range(min = 1, max = 3600))]
    pub timeout_seconds: Option<u32>,
    #[schemars(range(min = 1, max = 100))]
    pub retries: Option<u32>,
    #[schemars(range(min = 0, max = 3600))]
    pub start_seconds: Option<u32>,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            image: String::new(),
            command: Vec::new(),
            args: Vec::new(),
            working_dir: None,
            env: BTreeMap::new(),
            secret_env: BTreeMap::new(),
            ports: Vec::new(),
            public: None,
            volumes: BTreeMap::new(),
            files: BTreeMap::new(),
            health: None,
            replicas: 1,
            memory_mebibytes: 512,
            cpu_millicores: 50,
            user: None,
            depends_on: Vec::new(),
            plain_name: false,
            grace_seconds: None,
        }
    }
}
