//! Pod Security `baseline`: what every known way out of a pod needs is refused.

use crate::grant::PodSecurity;
use crate::vet::place::{Broken, Place};
use crate::vet::pods::containers;

/// Capabilities that may be added.
const CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Kernel parameters that belong to the pod alone.
const SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

const SELINUX_TYPES: &[&str] =
    &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

pub fn check(pod: &Place<'_>) -> Result<(), Broken> {
    for (name, what) in [
        ("hostNetwork", "pods may not use the node's network"),
        ("hostPID", "pods may not see the node's processes"),
        ("hostIPC", "pods may not share memory with the node's processes"),
    ] {
        refuse_true(&pod.at(name), what)?;
    }
    for volume in pod.at("volumes").items() {
        let path = volume.at("hostPath");
        if path.is_set() {
            return Err(broken(
                &path,
                "pods may not mount the node's files",
                "Use a volume claim.",
            ));
        }
    }
    for sysctl in pod.down(&["securityContext", "sysctls"]).items() {
        let name = sysctl.at("name");
        if !name.text().is_some_and(|it| SYSCTLS.contains(&it)) {
            return Err(broken(&name, "this kernel parameter reaches beyond the pod", TAKE_OUT));
        }
    }
    for container in containers(pod) {
        ports(&container)?;
        handlers(&container)?;
        privileges(&container.at("securityContext"))?;
    }
    super::contexts(pod).iter().try_for_each(context)
}

const TAKE_OUT: &str = "Take it out, or have the project's level raised.";

fn ports(container: &Place<'_>) -> Result<(), Broken> {
    for port in container.at("ports").items() {
        let host = port.at("hostPort");
        if host.is_set() && host.value != 0 {
            return Err(broken(&host, "pods may not take a port of the node", "Use a Service."));
        }
    }
    Ok(())
}

/// A probe with a host of its own lets the node ask addresses that the pod cannot reach.
fn handlers(container: &Place<'_>) -> Result<(), Broken> {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].map(|it| container.at(it));
    let hooks = ["postStart", "preStop"].map(|it| container.down(&["lifecycle", it]));
    for handler in probes.iter().chain(&hooks) {
        for kind in ["httpGet", "tcpSocket"] {
            let host = handler.down(&[kind, "host"]);
            if host.text().is_some_and(|it| !it.is_empty()) {
                return Err(broken(&host, "probes may only ask the pod itself", "Take it out."));
            }
        }
    }
    Ok(())
}

fn privileges(context: &Place<'_>) -> Result<(), Broken> {
    refuse_true(&context.at("privileged"), "containers may not be privileged")?;
    for added in context.down(&["capabilities", "add"]).items() {
        if !added.text().is_some_and(|it| CAPABILITIES.contains(&it)) {
            return Err(broken(&added, "this capability reaches beyond the pod", TAKE_OUT));
        }
    }
    let mount = context.at("procMount");
    if mount.is_set() && mount.text() != Some("Default") {
        return Err(broken(&mount, "only the default mount of /proc is allowed", TAKE_OUT));
    }
    Ok(())
}

/// What pods and containers have in common.
fn context(context: &Place<'_>) -> Result<(), Broken> {
    refuse_true(
        &context.down(&["windowsOptions", "hostProcess"]),
        "containers may not be processes of the node",
    )?;
    for profile in ["seccompProfile", "appArmorProfile"] {
        let kind = context.down(&[profile, "type"]);
        let confined = kind.text().is_none_or(|it| it == "RuntimeDefault" || it == "Localhost");
        if !confined || (kind.is_set() && kind.text().is_none()) {
            return Err(broken(&kind, "the profile must confine", "Use `RuntimeDefault`."));
        }
    }
    let selinux = context.at("seLinuxOptions");
    let kind = selinux.at("type");
    if kind.is_set() && !kind.text().is_some_and(|it| SELINUX_TYPES.contains(&it)) {
        return Err(broken(&kind, "this SELinux type is not one for containers", TAKE_OUT));
    }
    for name in ["user", "role"] {
        let field = selinux.at(name);
        if field.is_set() && field.text() != Some("") {
            return Err(broken(&field, "SELinux user and role may not be chosen", TAKE_OUT));
        }
    }
    Ok(())
}

fn refuse_true(place: &Place<'_>, rule: &str) -> Result<(), Broken> {
    let is_false = matches!(place.value, serde_json::Value::Null | serde_json::Value::Bool(false));
    if is_false { Ok(()) } else { Err(broken(place, rule, TAKE_OUT)) }
}

fn broken(place: &Place<'_>, rule: &str, hint: &str) -> Broken {
    super::broken(place, PodSecurity::Baseline, rule, hint)
}
