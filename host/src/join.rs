//! `slipway up`: opens the store, joins the rooms, serves, and ends in order.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use metrics_exporter_prometheus::PrometheusBuilder;
use slipway_api::{Api, router};
use slipway_database::whole;
use slipway_embedded::{Config, EmbeddedApi, controllers};
use slipway_engine::{Compiler, Engine};
use slipway_platform::{Platform, Settings};
use slipway_registry::local::Local;
use slipway_registry::remote::Remote;
use slipway_store::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::connector::Reach;
use crate::options::Up;
use crate::workshop::Bench;
use crate::{bundle, guard, node, serve, telling};

/// What a shell expects of a program that ctrl-c ended.
const INTERRUPTED: i32 = 130;

pub async fn up(up: Up) -> Result<()> {
    telling::begin(up.log_format.as_deref());
    let begun = Instant::now();
    let data = up.directory.data.clone();
    private_directory(&data)?;
    let Some(guard) = guard::take(&data.join("server.lock"))? else {
        bail!(
            "another Slipway runs from {}; stop it with `slipway down`, or use another --data",
            data.display()
        );
    };
    // Held until the process has ended, and not only this function: as long as the node's keeper lives, it starts a node where one has
    // ended, and who waits for this lock goes on to end the node.
    std::mem::forget(guard);
    let listener = bind(&up).await?;
    let cancel = CancellationToken::new();
    tokio::spawn(cancel_on_signal(cancel.clone()));

    let store = Store::open(&data, telling::now)?;
    let engine = Arc::new(engine(&data)?);
    let embedded = if up.no_embedded { None } else { Some(embedded(&up, &cancel).await?) };
    let connector = Arc::new(Reach { planner: engine.clone(), embedded });
    let workshop = Arc::new(Bench::new(engine));
    let registry = Local::open(&data.join("registry"))?;
    let registry = Arc::new(registry.with_largest_blob(up.registry_blob_mebibytes << 20));
    let bundled = bundle::folder(up.bundle.as_ref());
    let platform = Platform::new(Settings {
        store,
        workshop,
        connector,
        registry,
        wrappers: bundle::wrappers(&bundled)?,
        remote: remote(&up)?,
        clock: telling::now,
        cancel: cancel.clone(),
    })?;
    platform.plugins_load().await?;
    bundle::install(&platform, &bundled).await?;
    if !up.no_embedded {
        platform.cluster_embedded(&up.base_domain, up.ingress.port()).await?;
        node::keep(&up)?;
    }
    platform.clusters_connect()?;
    platform.heal()?;
    platform.keep_plugins_working();
    platform.keep_registry_swept();
    platform.catch_up_with_registry();
    platform.keep_sources_read();

    let url =
        up.public_url.clone().unwrap_or_else(|| format!("http://localhost:{}", up.listen.port()));
    let figures = PrometheusBuilder::new().install_recorder().context("figures cannot be kept")?;
    let api = Api {
        platform: Arc::clone(&platform),
        cancel: cancel.clone(),
        is_https: url.starts_with("https://"),
        figures,
        node_secret: node::secret(&data)?.into(),
    };
    welcome(&platform, &url, begun.elapsed())?;
    serve::serve(listener, router(api), &cancel).await;
    tracing::info!("stopped; apps of the embedded cluster go on until `slipway down`");
    Ok(())
}

/// This very program, for a process that is to run it as well: the file of its name may be another by then, of an
/// upgrade to come, or gone.
pub fn own_binary() -> std::io::Result<PathBuf> {
    let this = Path::new("/proc/self/exe");
    if this.exists() { Ok(this.to_owned()) } else { std::env::current_exe() }
}

/// Plugins are compiled by a process of their own.
fn engine(data: &Path) -> Result<Engine> {
    let compiler = Compiler::Program(own_binary()?, "compile-plugin");
    let config =
        slipway_engine::Config { compiler, ..slipway_engine::Config::new(data.join("compiled")) };
    Ok(Engine::new(&config)?)
}

/// Registries of others: plugins are installed from there.
fn remote(up: &Up) -> Result<Remote> {
    let mut settings = slipway_registry::remote::Settings {
        plain_http: up.registry_plain_http.iter().cloned().collect(),
        docker_config: docker_config(),
        ..Default::default()
    };
    if let Some(path) = &up.registry_ca_file {
        let text = std::fs::read(path);
        settings.authorities =
            text.with_context(|| format!("--registry-ca-file {}", path.display()))?;
    }
    settings.tls = up.registry_tls.iter().cloned().collect();
    Ok(Remote::new(settings))
}

fn docker_config() -> Option<PathBuf> {
    let named = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let home = || directories::BaseDirs::new().map(|it| it.home_dir().join(".docker"));
    Some(named.or_else(home)?.join("config.json"))
}

/// Ends everything in order when the process is asked to end, and at once when a person asks again.
pub async fn cancel_on_signal(cancel: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    cancel.cancel();
    if interrupt.recv().await.is_some() {
        // All that was answered is on disk: this does no more harm than a crash.
        std::process::exit(INTERRUPTED);
    }
}

async fn bind(up: &Up) -> Result<TcpListener> {
    TcpListener::bind(up.listen).await.with_context(|| {
        format!("{} cannot be listened at; is it in use? Choose another with --listen", up.listen)
    })
}

/// Opens the embedded cluster, serves it for kubectl and the node, and runs its controllers.
async fn embedded(up: &Up, cancel: &CancellationToken) -> Result<EmbeddedApi> {
    let data = &up.directory.data;
    let embedded = EmbeddedApi::open(Config { dir: data.join("embedded") }).await?;
    let listener = TcpListener::bind(up.kube_listen).await.with_context(|| {
        format!(
            "{} cannot be listened at for the embedded cluster; choose another with --kube-listen",
            up.kube_listen
        )
    })?;
    let (served, stop) = (embedded.clone(), cancel.clone());
    tokio::spawn(async move {
        if let Some(Err(error)) = stop.run_until_cancelled(served.serve(listener)).await {
            tracing::error!(error = %error, "the embedded cluster is not served any more");
        }
    });
    let kubeconfig = embedded.kubeconfig_at(up.kube_listen);
    let path = data.join("node.kubeconfig");
    whole::write(&path, kubeconfig.as_bytes())
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let (client, stop) = (embedded.client(), cancel.clone());
    tokio::spawn(controllers::run(client, stop));
    Ok(embedded)
}

fn welcome(platform: &Platform, url: &str, took: Duration) -> Result<()> {
    tracing::info!(url, milliseconds = took.as_millis(), "ready");
    println!("Slipway is ready at {url}");
    if let Some(secret) = platform.setup_link()? {
        println!(
            "Make the first account with this one-time link:\n  {url}/setup#{}",
            secret.text()
        );
    }
    Ok(())
}

fn private_directory(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("the data directory {} cannot be made", path.display()))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const GONE: &str = "SLIPWAY_TEST_BINARY_IS_GONE";

    /// Runs this test again from a file that is removed meanwhile, as an upgrade does it.
    #[test]
    fn a_program_whose_file_was_replaced_is_started_all_the_same() {
        if std::env::var_os(GONE).is_some() {
            std::fs::remove_file(std::env::current_exe().unwrap()).unwrap();
            let mut again = Command::new(own_binary().unwrap());
            assert!(again.arg("--list").output().unwrap().status.success());
            return;
        }
        let this = std::env::current_exe().unwrap();
        let folder = tempfile::tempdir_in(this.parent().unwrap()).unwrap();
        let other = folder.path().join("slipway");
        std::fs::hard_link(&this, &other).unwrap();
        let mut command = Command::new(&other);
        let name = "join::tests::a_program_whose_file_was_replaced_is_started_all_the_same";
        let output = command.args(["--exact", name]).env(GONE, "1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        assert!(!other.exists(), "it was started from another file");
    }
}
