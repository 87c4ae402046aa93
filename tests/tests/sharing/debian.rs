//! Debian's docker-registry with TLS by an authority of the test's own, and a command line that knows it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use slipway_tests::{Said, binary, eventually};
use tempfile::TempDir;

/// `tester` with the password `only-for-tests`.
const HTPASSWD: &str = "tester:$2y$05$abcdefghijklmnopqrstuuDt8u8tY.Zm8YU.pieFNyF5h5afvnc0a\n";
pub const PASSWORD: &str = "only-for-tests";

/// Who lets people in.
pub enum Guard {
    Basic,
    /// Tokens of the server at this address, signed by the key of this certificate.
    Bearer {
        realm: String,
        certificate: String,
    },
}

/// A running registry; it ends with this.
pub struct Registry {
    child: Child,
    pub folder: TempDir,
    /// `127.0.0.1:PORT`.
    pub address: String,
}

impl Registry {
    /// None, and said so, where it is not installed.
    pub async fn start(guard: Guard) -> Option<Self> {
        if Command::new("docker-registry").arg("--version").output().is_err() {
            println!("skipped: docker-registry is not installed (apt-get install docker-registry)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        certificates(folder.path());
        let at = |name: &str| folder.path().join(name).display().to_string();
        let auth = match guard {
            Guard::Basic => {
                std::fs::write(at("htpasswd"), HTPASSWD).unwrap();
                format!("htpasswd: {{realm: tests, path: {}}}", at("htpasswd"))
            }
            Guard::Bearer { realm, certificate } => {
                std::fs::write(at("signers.pem"), certificate).unwrap();
                let bundle = at("signers.pem");
                format!(
                    "token: {{realm: \"{realm}\", service: tests, issuer: tests, rootcertbundle: {bundle}}}"
                )
            }
        };
        let (data, certificate, key) = (at("data"), at("server.pem"), at("server.key"));
        let config = format!(
            "version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: {data}}}}}\n\
             http: {{addr: \"{address}\", secret: tests, tls: {{certificate: {certificate}, key: {key}}}}}\nauth:\n  {auth}\n"
        );
        std::fs::write(at("config.yml"), config).unwrap();
        let log = std::fs::File::create(at("log")).unwrap();
        let child = Command::new("docker-registry")
            .args(["serve", &at("config.yml")])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let registry = Self { child, folder, address };
        eventually("docker-registry listens", Duration::from_secs(20), async || {
            tokio::net::TcpStream::connect(&registry.address).await.ok()
        })
        .await;
        Some(registry)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The command line, with the authority and this environment.
    pub fn say(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Said {
        let mut command = slipway(arguments, self.folder.path());
        command.env("SLIPWAY_REGISTRY_CA_FILE", self.path("ca.pem"));
        said(arguments, command.envs(environment.iter().copied()))
    }

    /// The same, as somebody with this password.
    pub fn say_as(&self, password: &str, arguments: &[&str]) -> Said {
        let who =
            [("SLIPWAY_REGISTRY_USERNAME", "tester"), ("SLIPWAY_REGISTRY_PASSWORD", password)];
        self.say(arguments, &who)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!(
                "--- docker-registry\n{}",
                std::fs::read_to_string(self.path("log")).unwrap_or_default()
            );
        }
    }
}

/// The command line in a folder, knowing nothing of the machine's own logins.
pub fn slipway(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir(folder).env("HOME", folder).stdin(Stdio::null());
    for name in ["DOCKER_CONFIG", "SLIPWAY_REGISTRY_USERNAME", "SLIPWAY_URL", "SLIPWAY_TOKEN"] {
        command.env_remove(name);
    }
    command
}

pub fn said(arguments: &[&str], command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        command: format!("slipway {}", arguments.join(" ")),
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).trim_end().to_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// An authority, and a certificate of its for loopback.
fn certificates(folder: &Path) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "authority of the tests");
    std::fs::write(folder.join("ca.pem"), authority.self_signed(&authority_key).unwrap().pem())
        .unwrap();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("server.pem"), server.signed_by(&key, &issuer).unwrap().pem())
        .unwrap();
    std::fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
}
