//! Every field of a service in the Compose specification, and what becomes of it.
//!
//! `tests.rs` holds the table against the specification's own list of fields.

/// What becomes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Read in `service.rs`; what of it has no place is listed there.
    Carried,
    /// Listed, with this reason.
    Left(&'static str),
    /// Listed unless its value is one of these, which say what is so anyway.
    Unless(&'static [&'static str], &'static str),
}

use Fate::{Carried, Left, Unless};

const ROOTLESS: &str = "pods run under Pod Security restricted, which has no such right";
const NODE: &str = "it is about the machine, which apps have no say in";
const NETWORK: &str = "the project's network is the cluster's";
const TUNING: &str = "the cluster divides machines by cpus and memory alone";
const BUILD: &str = "images are built elsewhere and named here";
const NOTES: &str = "it is a note for other programs";
const OFF: &[&str] = &["false", "", "null", "[]", "{}"];

/// By name, as the specification has them.
pub const SERVICE: &[(&str, Fate)] = &[
    ("annotations", Left(NOTES)),
    ("attach", Left("logs are always kept")),
    ("blkio_config", Left(TUNING)),
    ("build", Left(BUILD)),
    ("cap_add", Unless(OFF, ROOTLESS)),
    ("cap_drop", Unless(&["[\"ALL\"]", "[\"all\"]"], "all capabilities are dropped anyway")),
    ("cgroup", Unless(&["private"], NODE)),
    ("cgroup_parent", Left(NODE)),
    ("command", Carried),
    ("configs", Carried),
    ("container_name", Left("pods get names of their own")),
    ("cpu_count", Left(TUNING)),
    ("cpu_percent", Left(TUNING)),
    ("cpu_period", Left(TUNING)),
    ("cpu_quota", Left(TUNING)),
    ("cpu_rt_period", Left(TUNING)),
    ("cpu_rt_runtime", Left(TUNING)),
    ("cpu_shares", Left(TUNING)),
    ("cpus", Carried),
    ("cpuset", Left(TUNING)),
    ("credential_spec", Left("it is for Windows")),
    ("depends_on", Carried),
    ("deploy", Carried),
    ("develop", Left(BUILD)),
    ("device_cgroup_rules", Left(ROOTLESS)),
    ("devices", Unless(OFF, ROOTLESS)),
    ("dns", Left(NETWORK)),
    ("dns_opt", Left(NETWORK)),
    ("dns_search", Left(NETWORK)),
    ("domainname", Left(NETWORK)),
    ("entrypoint", Carried),
    ("env_file", Left("the file is not here; put its variables into environment")),
    ("environment", Carried),
    ("expose", Carried),
    ("extends", Left("the other service's definition is not looked up; write it out")),
    ("external_links", Left(NETWORK)),
    ("extra_hosts", Left(NETWORK)),
    ("gpus", Left("graphics processors are not asked for")),
    ("group_add", Left(ROOTLESS)),
    ("healthcheck", Carried),
    ("hostname", Left("pods get names of their own; services reach it by the service's name")),
    ("image", Carried),
    ("init", Unless(OFF, "the image's own program is the first process")),
    ("ipc", Unless(&["private", "none"], ROOTLESS)),
    ("isolation", Left("it is for Windows")),
    ("label_file", Left(NOTES)),
    ("labels", Left("labels steer other programs, such as a proxy; say `public` instead")),
    ("links", Left("services reach each other by name anyway")),
    ("logging", Left("logs are always kept")),
    ("mac_address", Left(NETWORK)),
    ("mem_limit", Carried),
    ("mem_reservation", Left("what is set aside for it is at most 64 MiB")),
    ("mem_swappiness", Left(TUNING)),
    ("memswap_limit", Left(TUNING)),
    ("models", Left("language models are no part of an app here")),
    ("network_mode", Unless(&["bridge", "default"], NETWORK)),
    ("networks", Unless(&["[\"default\"]"], "all services of the project reach each other")),
    ("oom_kill_disable", Unless(OFF, TUNING)),
    ("oom_score_adj", Left(TUNING)),
    ("pid", Left(ROOTLESS)),
    ("pids_limit", Left(TUNING)),
    ("platform", Left("the cluster's machines decide")),
    ("ports", Carried),
    ("post_start", Left("nothing is run beside the program")),
    ("pre_stop", Left("nothing is run beside the program")),
    ("privileged", Unless(OFF, ROOTLESS)),
    ("profiles", Carried),
    ("provider", Left("it is no container")),
    ("pull_policy", Left("the cluster pulls what is not there")),
    ("pull_refresh_after", Left("the cluster pulls what is not there")),
    ("read_only", Unless(OFF, "the file system of the container can be written until it ends")),
    (
        "restart",
        Unless(&["always", "unless-stopped", "on-failure"], "what ends is always started again"),
    ),
    ("runtime", Left(NODE)),
    ("scale", Carried),
    ("secrets", Carried),
    (
        "security_opt",
        Unless(&["[\"no-new-privileges:true\"]", "[\"no-new-privileges\"]"], ROOTLESS),
    ),
    ("shm_size", Left(TUNING)),
    ("stdin_open", Unless(OFF, "nobody sits in front of it")),
    ("stop_grace_period", Carried),
    ("stop_signal", Left("it is asked to end with SIGTERM, or as its image says")),
    ("storage_opt", Left(TUNING)),
    ("sysctls", Unless(OFF, ROOTLESS)),
    ("tmpfs", Left("the file system of the container can be written until it ends")),
    ("tty", Unless(OFF, "nobody sits in front of it")),
    ("ulimits", Left(TUNING)),
    ("use_api_socket", Unless(OFF, "there is no Docker to talk to")),
    ("user", Carried),
    ("userns_mode", Left(ROOTLESS)),
    ("uts", Left(ROOTLESS)),
    ("volumes", Carried),
    ("volumes_from", Left("name the volume in both services")),
    ("working_dir", Carried),
];

/// What becomes of a field; fields of nobody's are listed as well.
pub fn fate(name: &str) -> Fate {
    let known = SERVICE.iter().find(|(it, _)| *it == name).map(|(_, fate)| *fate);
    known.unwrap_or(Left("the Compose specification has no such field"))
}
