//! A host of its own for one test: its own directory, its own ports, nothing left when it is dropped.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder};
use tempfile::TempDir;

use crate::{Api, Cli, Load, provide_tls};

/// How the host is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Without a cluster of its own.
    pub no_embedded: bool,
    /// With its data on a file system of this many megabytes; it takes root.
    pub disk_megabytes: Option<u32>,
    /// What it finds in its environment beside the test's own.
    pub environment: Vec<(String, String)>,
}

/// A running `slipway up`.
pub struct Host {
    child: Option<Child>,
    directory: TempDir,
    ports: [u16; 3],
    options: Options,
    /// The secret of the setup link, from the first start.
    pub setup: String,
}

/// The checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("tests is a folder of the checkout").to_owned()
}

/// A guest in Rust that `cargo xtask guests` has compiled.
pub fn guest(name: &str) -> PathBuf {
    root().join(format!("target/guests/wasm32-wasip2/guest/{name}.wasm"))
}

static MEASURES: AtomicBool = AtomicBool::new(false);

/// From here on, hosts of this process are started from the release build.
pub fn use_release_binary() {
    MEASURES.store(true, Ordering::Relaxed);
}

/// The binary under test.
pub fn binary() -> PathBuf {
    let profile = if MEASURES.load(Ordering::Relaxed) { "release" } else { "debug" };
    let path = root().join("target").join(profile).join("slipway");
    assert!(path.is_file(), "there is no {}: run `cargo build` first", path.display());
    path
}

/// What comes with the host.
pub fn bundle() -> PathBuf {
    let path = root().join("target/bundle");
    assert!(path.is_dir(), "there is no {}: run `cargo xtask guests` first", path.display());
    path
}

impl Host {
    /// A fresh host with an embedded cluster.
    pub fn start() -> Self {
        Self::start_with(Options::default())
    }

    /// A fresh host.
    pub fn start_with(options: Options) -> Self {
        provide_tls();
        let directory = tempfile::tempdir().expect("there is a temporary directory");
        let mut host = Self {
            child: None,
            directory,
            ports: [(); 3].map(|()| free_port()),
            options,
            setup: String::new(),
        };
        if let Some(size) = host.options.disk_megabytes {
            host.mount(size);
        }
        host.begin();
        host
    }

    fn mount(&self, megabytes: u32) {
        let data = self.data();
        std::fs::create_dir(&data).expect("the directory can be made");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=700"), "tmpfs"]);
        assert!(mount.arg(data).status().is_ok_and(|it| it.success()), "a small disk is mounted");
    }

    /// Starts the process again on what the last one left.
    pub fn begin(&mut self) {
        let log = std::fs::File::create(self.directory.path().join("server.log"))
            .expect("the directory can be written");
        let mut child = self
            .command("up")
            .args(["--log-format", "text"])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary can be started");
        let stdout = child.stdout.take().expect("it is piped");
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        self.child = Some(child);
        let begun = Instant::now();
        loop {
            match receiver.recv_timeout(Duration::from_millis(100)) {
                Ok(line) if line.contains("/setup#") => {
                    self.setup = line.split('#').next_back().unwrap_or_default().to_owned();
                }
                Ok(line) if line.starts_with("Slipway is ready") => {
                    // The setup link, where there is one, comes right behind.
                    if let Ok(next) = receiver.recv_timeout(Duration::from_millis(100))
                        && next.contains("one-time")
                    {
                        let link =
                            receiver.recv_timeout(Duration::from_secs(5)).unwrap_or_default();
                        self.setup = link.split('#').next_back().unwrap_or_default().to_owned();
                    }
                    return;
                }
                _ => {}
            }
            let ended = self.child.as_mut().and_then(|it| it.try_wait().ok().flatten());
            assert!(ended.is_none(), "the host ended with {ended:?}:\n{}", self.log());
            let late = begun.elapsed() > Duration::from_secs(60);
            assert!(!late, "the host is not ready within 60 s:\n{}", self.log());
        }
    }

    /// A command of the binary with this host's directory and ports.
    pub fn command(&self, name: &str) -> Command {
        let [listen, ingress, kube] = self.ports;
        let mut command = Command::new(binary());
        command.arg(name).arg("--data").arg(self.data());
        if name == "up" {
            command
                .args(["--listen", &format!("127.0.0.1:{listen}")])
                .args(["--ingress", &format!("127.0.0.1:{ingress}")])
                .args(["--kube-listen", &format!("127.0.0.1:{kube}")])
                .arg("--bundle")
                .arg(bundle());
            command.envs(self.options.environment.iter().cloned());
            if self.options.no_embedded {
                command.arg("--no-embedded");
            }
        }
        command
    }

    /// Where it keeps everything.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("server.log")).unwrap_or_default()
    }

    /// Where people reach it.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.ports[0])
    }

    /// Where apps answer.
    pub fn ingress_port(&self) -> u16 {
        self.ports[1]
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it can be killed");
            child.wait().expect("it has ended");
        }
    }

    /// Asks it to end, and waits until it has; the node goes on.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let asked = Command::new("kill").arg(child.id().to_string()).status();
            assert!(asked.is_ok_and(|it| it.success()), "it can be asked to end");
            child.wait().expect("it has ended");
        }
    }

    /// Starts it again with other options.
    pub fn restart_with(&mut self, options: Options) {
        self.stop();
        self.options = options;
        self.begin();
    }

    /// The process of its node.
    pub fn node_pid(&self) -> Option<u32> {
        let lock = std::fs::read_to_string(self.data().join("node.lock")).ok()?;
        lock.trim().parse().ok()
    }

    /// A caller who is nobody yet.
    pub fn nobody(&self) -> Api {
        Api::new(&self.url())
    }

    /// Makes the first account and signs it in.
    pub async fn admin(&self) -> Api {
        let api = self.nobody();
        let body = serde_json::json!({"token": self.setup, "name": "ada", "password": "correct horse battery"});
        api.post("/api/v1/setup", &body).await.expect(201);
        api.sign_in("ada", "correct horse battery").await
    }

    /// A command line that is signed in as the first account; makes the account.
    pub fn cli(&self) -> Cli {
        self.cli_at(&format!("{}/setup#{}", self.url(), self.setup))
    }

    /// The same, at work in a project `shop` that it makes.
    pub fn shop(&self) -> Cli {
        let cli = self.cli();
        cli.say(&["project", "create", "shop"]).ok();
        cli.say(&["project", "use", "shop"]).ok();
        cli
    }

    /// A command line that is signed in as the first account, which there is already.
    pub fn cli_again(&self) -> Cli {
        self.cli_at(&self.url())
    }

    /// A command line that is signed in as somebody who has an account, with the password of all tests.
    pub fn cli_of(&self, user: &str) -> Cli {
        self.cli_as(user, &self.url())
    }

    fn cli_at(&self, url: &str) -> Cli {
        self.cli_as("ada", url)
    }

    fn cli_as(&self, user: &str, url: &str) -> Cli {
        let cli = Cli::new(self.directory.path().join(format!("config-{user}.yaml")));
        let login = ["login", url, "--user", user, "--password-stdin"];
        cli.say_with(&login, "correct horse battery").ok();
        cli
    }

    /// A load on an app of the embedded cluster.
    pub fn load(&self, name: &str, project: &str) -> Load {
        let port = self.ports[1];
        let host = format!("{name}.{project}.localhost:{port}");
        Load::on(&format!("http://127.0.0.1:{port}/"), &host, 1)
    }

    /// The first page of an app of the embedded cluster, by its host name.
    pub async fn app(&self, name: &str, project: &str) -> (u16, String) {
        self.app_with(name, project, None).await
    }

    /// The request for an app's page, by a client that may keep its connection.
    pub fn ask_app(&self, client: &Client, name: &str, project: &str) -> RequestBuilder {
        let host = format!("{name}.{project}.localhost:{}", self.ports[1]);
        client.get(format!("http://127.0.0.1:{}/", self.ports[1])).header("host", host)
    }

    /// The same for somebody with a code, where the app asks for one.
    pub async fn app_with(&self, name: &str, project: &str, code: Option<&str>) -> (u16, String) {
        provide_tls();
        let request = self.ask_app(&Client::new(), name, project);
        let request = match code {
            Some(code) => request.basic_auth("anybody", Some(code)),
            None => request,
        };
        match request.send().await {
            Ok(answer) => (answer.status().as_u16(), answer.text().await.unwrap_or_default()),
            Err(error) => (0, error.to_string()),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Ends the server if it runs, and the node, which outlives the server.
        let _ = self.command("down").stderr(Stdio::null()).status();
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if self.options.disk_megabytes.is_some() {
            // Processes that have just ended may hold it for a moment.
            let _ = Command::new("umount").arg("--lazy").arg(self.data()).status();
        }
        if std::thread::panicking() {
            eprintln!("--- the host's log\n{}", self.log());
            let node = std::fs::read_to_string(self.data().join("node.log")).unwrap_or_default();
            eprintln!("--- the node's log\n{node}");
        }
    }
}

/// A port of loopback that nobody listens at now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.local_addr().expect("it is bound").port()
}
