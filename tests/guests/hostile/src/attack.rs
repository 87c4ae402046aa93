//! The attacks, by name.

use std::hint::black_box;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use slipway_sdk::prelude::*;

/// What outlives a call, if anything does.
static CALLS: AtomicU32 = AtomicU32::new(0);

pub fn run(behaviour: &str, app: &App) -> Result<Objects, Failure> {
    match behaviour {
        "panic" => unreachable!("this plugin was told to panic"),
        "exit" => std::process::exit(3),
        "loop" => endless(),
        "memory" => hoard(),
        "stack" => Ok(report(&json!(recurse(1)))),
        "sleep" => {
            std::thread::sleep(Duration::from_secs(600));
            Ok(Objects::new())
        }
        "large-answer" => Ok(padded(5 << 20)),
        "huge-answer" => Ok(padded(10 << 20)),
        "many-objects" => {
            Ok((0..3_000).map(|it| object(&format!("n{it}"))).fold(Objects::new(), Objects::with))
        }
        "million-objects" => {
            Ok((0..1_000_000).map(|it| object(&it.to_string())).fold(Objects::new(), Objects::with))
        }
        "giant-name" => Ok(Objects::new().with(object(&"n".repeat(300)))),
        "path-as-name" => Ok(Objects::new().with(object("../../secrets/other"))),
        "remember" => Ok(report(&json!(CALLS.fetch_add(1, Ordering::Relaxed)))),
        "other-kind" => Ok(Objects::new().with(json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": app.name},
        }))),
        "deep" => Ok(Objects::new().with(deep(100))),
        "no-object" => Ok(Objects::new().with(json!(["not", "an", "object"]))),
        "log-flood" => {
            for line in 0..10_000 {
                slipway_sdk::info!("line {line} of a flood");
            }
            Ok(report(&json!("flooded")))
        }
        "log-huge" => {
            slipway_sdk::info!("{}", "x".repeat(12 << 20));
            Ok(report(&json!("logged")))
        }
        "print-flood" => Ok(report(&json!(print()))),
        "escape" => Ok(report(&escape())),
        "random" => Ok(report(&json!(random()))),
        "refuse" => Err(Failure::new("no", "It says no.").at("/behaviour").hint("Ask nicely.")),
        "other-namespace" => {
            let mut object = object(&app.name);
            object["metadata"]["namespace"] = "kube-system".into();
            Ok(Objects::new().with(object))
        }
        "cluster-role" => Ok(Objects::new().with(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": "everything"}, "rules": [],
        }))),
        _ => Ok(report(&json!("nothing was tried"))),
    }
}

fn object(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}})
}

/// What was found out, as an object.
fn report(found: &Value) -> Objects {
    let mut object = object("report");
    object["data"] = json!({"found": found.to_string()});
    Objects::new().with(object)
}

fn padded(bytes: usize) -> Objects {
    let mut object = object("large");
    object["data"] = json!({"padding": "x".repeat(bytes)});
    Objects::new().with(object)
}

fn deep(levels: usize) -> Value {
    let mut object = object("deep");
    object["data"] = (0..levels).fold(json!(1), |inner, _| json!([inner]));
    object
}

fn endless() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

fn hoard() -> Result<Objects, Failure> {
    let mut hoard = Vec::new();
    loop {
        hoard.push(black_box(vec![1_u8; 1 << 20]));
    }
}

#[expect(unconditional_recursion, reason = "that is the attack")]
fn recurse(depth: u64) -> u64 {
    black_box([depth; 64]);
    black_box(recurse(depth + 1) + 1)
}

/// How many bytes standard error takes.
fn print() -> usize {
    let block = [b'x'; 1024];
    let written = (0..1_000).take_while(|_| std::io::stderr().write_all(&block).is_ok());
    written.count() * block.len()
}

/// What can be reached of the world outside.
fn escape() -> Value {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    json!({
        "file": std::fs::read_to_string("/etc/passwd").is_ok(),
        "directory": std::fs::read_dir("/").is_ok(),
        "write": std::fs::write("/tmp/slipway-was-here", b"x").is_ok(),
        "environment": std::env::vars().count(),
        "arguments": std::env::args().count(),
        "connection": std::net::TcpStream::connect("127.0.0.1:22").is_ok(),
        "listener": std::net::TcpListener::bind("127.0.0.1:0").is_ok(),
        "datagram": std::net::UdpSocket::bind("127.0.0.1:0").is_ok(),
        "name": std::net::ToSocketAddrs::to_socket_addrs("localhost:80").is_ok(),
        "seconds": now.as_secs(),
    })
}

/// What looks random: the order of a hash map.
fn random() -> Vec<u32> {
    let set: std::collections::HashSet<u32> = (0..50).collect();
    set.into_iter().collect()
}
