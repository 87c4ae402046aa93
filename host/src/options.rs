//! The command line and the environment: the one place that reads them.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Deployments on Kubernetes, from blueprints.
#[derive(Debug, Parser)]
#[command(name = "slipway", version, max_term_width = 100)]
pub struct Options {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server, with a cluster of its own unless told otherwise.
    Up(Up),
    /// Stop the server and the apps of its own cluster.
    Down(Down),
    /// Run the apps of the embedded cluster; `up` starts it by itself.
    #[command(hide = true)]
    Node(Node),
    /// Compile a plugin from standard input; `up` starts it by itself.
    #[command(hide = true)]
    CompilePlugin,
    /// Print what is generated from the code.
    #[command(hide = true)]
    Product(Product),
    #[command(flatten)]
    Client(slipway_cli::Command),
}

/// Where an instance keeps everything.
#[derive(Clone, Debug, Args)]
pub struct Directory {
    /// Everything that the instance keeps: store, keys, registry, embedded cluster.
    #[arg(long, env = "SLIPWAY_DATA", value_name = "DIR", default_value_os_t = data_directory())]
    pub data: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub struct Up {
    #[command(flatten)]
    pub directory: Directory,
    /// Where people and programs reach Slipway.
    #[arg(long, env = "SLIPWAY_LISTEN", default_value = "127.0.0.1:7474")]
    pub listen: SocketAddr,
    /// Where people reach the apps of the embedded cluster.
    #[arg(long, env = "SLIPWAY_INGRESS", default_value = "127.0.0.1:7480")]
    pub ingress: SocketAddr,
    /// Where kubectl reaches the embedded cluster.
    #[arg(long, env = "SLIPWAY_KUBE_LISTEN", default_value = "127.0.0.1:7443")]
    pub kube_listen: SocketAddr,
    /// Apps of the embedded cluster answer at `<name>.<project>.<this>`.
    #[arg(long, env = "SLIPWAY_BASE_DOMAIN", default_value = "localhost")]
    pub base_domain: String,
    /// Address that people see, where it is not the one of `--listen`: https://slipway.example.org
    #[arg(long, env = "SLIPWAY_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Plugins, blueprints and images that come with the host; `bundle` beside the binary by default.
    #[arg(long, env = "SLIPWAY_BUNDLE", value_name = "DIR")]
    pub bundle: Option<PathBuf>,
    /// Largest blob that the registry takes, in MiB.
    #[arg(long, env = "SLIPWAY_REGISTRY_BLOB_MEBIBYTES", default_value_t = 4096, value_name = "MEBIBYTES", value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    pub registry_blob_mebibytes: u64,
    /// Authorities of registries that plugins are installed from, beside the system's, as PEM.
    #[arg(long, env = "SLIPWAY_REGISTRY_CA_FILE", value_name = "FILE")]
    pub registry_ca_file: Option<PathBuf>,
    /// A registry that speaks plain HTTP; those on loopback need not be named.
    #[arg(long, env = "SLIPWAY_REGISTRY_PLAIN_HTTP", value_delimiter = ',', value_name = "HOST")]
    pub registry_plain_http: Vec<String>,
    /// A registry on loopback that speaks TLS all the same.
    #[arg(long, env = "SLIPWAY_REGISTRY_TLS", value_delimiter = ',', value_name = "HOST")]
    pub registry_tls: Vec<String>,
    /// Start no cluster; use only those that are added by kubeconfig.
    #[arg(long, env = "SLIPWAY_NO_EMBEDDED")]
    pub no_embedded: bool,
    /// `json` or `text`; text on a terminal by default.
    #[arg(long, env = "SLIPWAY_LOG_FORMAT")]
    pub log_format: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub struct Down {
    #[command(flatten)]
    pub directory: Directory,
}

#[derive(Clone, Debug, Args)]
pub struct Node {
    #[command(flatten)]
    pub directory: Directory,
    #[arg(long)]
    pub ingress: SocketAddr,
    /// Base URL of the host's registry.
    #[arg(long)]
    pub registry: String,
}

#[derive(Clone, Debug, Args)]
pub struct Product {
    /// `openapi`, `crd` or `rbac`.
    pub name: String,
}

fn data_directory() -> PathBuf {
    directories::BaseDirs::new()
        .map_or_else(|| PathBuf::from("slipway-data"), |it| it.data_dir().join("slipway"))
}
