//! Start, idle memory, and what the browser loads first.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use slipway_tests::{Host, bundle, memory_kibibytes};

use crate::figures::{Table, Times, short};

const STARTS: usize = 7;
const PLUGINS: usize = 10;

pub async fn measure(table: &mut Table) -> Result<()> {
    let began = Instant::now();
    let mut host = Host::start();
    let first = began.elapsed();
    let admin = host.admin().await;
    let plugins = admin.get("/api/v1/plugins").await.expect(200);
    let bundled = plugins.as_array().map_or(0, Vec::len);
    for number in bundled..PLUGINS {
        let component = blueprint(number)?;
        let made = admin.call(reqwest::Method::POST, "/api/v1/plugins", Some(component)).await;
        ensure!(made.status == 201, "a plugin is taken: {} {}", made.status, made.body);
    }
    let plugins = admin.get("/api/v1/plugins").await.expect(200);
    let count = plugins.as_array().map_or(0, Vec::len);
    ensure!(count == PLUGINS, "{PLUGINS} plugins are loaded, not {count}");

    let mut starts = Vec::new();
    for _ in 0..STARTS {
        host.stop();
        let began = Instant::now();
        host.begin();
        starts.push(began.elapsed());
    }
    let floor = process_floor(&host)?;
    let bar = "200 ms";
    table.row(
        "start to ready, first (compiles what comes with the host)",
        short(first),
        floor.clone(),
        "",
    );
    let starts = Times::new(starts);
    table.row(
        &format!("start to ready, warm, {PLUGINS} plugins, embedded cluster"),
        format!("median {}, slowest {}", short(starts.median()), short(starts.at(1000))),
        floor,
        bar,
    );

    tokio::time::sleep(Duration::from_secs(10)).await;
    let (resident, own) = memory(host.pid());
    table.row(
        &format!("idle host, embedded cluster up, {PLUGINS} plugins"),
        format!("{resident} MB resident"),
        format!("{own} MB of it its own, the rest mapped from files"),
        "60 MB",
    );
    let (resident, own) = memory(host.node_pid().context("the node runs")?);
    table.row(
        "idle node, a process of its own",
        format!("{resident} MB resident"),
        format!("{own} MB of it its own"),
        "",
    );
    let bytes = first_route(&host.url()).await?;
    table.row(
        "first route of the web app, JavaScript as it is sent",
        format!("{:.1} KB", bytes.0 as f64 / 1000.0),
        format!("{:.1} KB with HTML and CSS", bytes.1 as f64 / 1000.0),
        "150 KB",
    );
    let size = std::fs::metadata(slipway_tests::binary())?.len();
    table.row("the binary", format!("{:.1} MB", size as f64 / 1e6), "web app inside".into(), "");
    Ok(())
}

/// hello-web under another name of the same length: another digest, another plugin.
fn blueprint(number: usize) -> Result<Vec<u8>> {
    let mut component = std::fs::read(bundle().join("blueprints/hello-web.wasm"))?;
    let (name, other) = (b"hello-web", format!("hello-{number:03}"));
    let places: Vec<usize> = component
        .windows(name.len())
        .enumerate()
        .filter(|(_, it)| it == name)
        .map(|(at, _)| at)
        .collect();
    for at in places {
        component[at..at + name.len()].copy_from_slice(other.as_bytes());
    }
    Ok(component)
}

/// What starting the binary costs when it has nothing to do.
fn process_floor(host: &Host) -> Result<String> {
    let mut times = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        host.command("--version").output().context("the binary starts")?;
        times.push(began.elapsed());
    }
    Ok(format!("{} (`slipway --version`)", short(Times::new(times).median())))
}

/// Resident and anonymous memory in MB.
fn memory(pid: u32) -> (u64, u64) {
    let megabytes = |line: &str| memory_kibibytes(pid, line) * 1024 / 1_000_000;
    (megabytes("VmRSS"), megabytes("RssAnon"))
}

/// Bytes of the scripts that the first page loads, and of everything that it loads.
async fn first_route(url: &str) -> Result<(usize, usize)> {
    let client = reqwest::Client::new();
    let get = async |path: &str| -> Result<Vec<u8>> {
        let answer =
            client.get(format!("{url}{path}")).header("accept-encoding", "gzip, br").send().await?;
        ensure!(answer.status() == 200, "{path}: {}", answer.status());
        Ok(answer.bytes().await?.to_vec())
    };
    let page = client.get(format!("{url}/")).send().await?.text().await?;
    let (mut scripts, mut all) = (0, get("/").await?.len());
    for part in page.split('"').filter(|it| it.starts_with("/assets/")) {
        let size = get(part).await?.len();
        all += size;
        if part.split('.').next_back() == Some("js") {
            scripts += size;
        }
    }
    ensure!(scripts > 0, "the page loads a script");
    Ok((scripts, all))
}
