//! kubectl, as people use it, on the embedded cluster's loopback port.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use slipway_tests::Host;

/// kubectl from the PATH, or the one that the testbed builds.
fn kubectl() -> Option<Vec<String>> {
    let works = |words: &[String]| {
        let run = Command::new(&words[0]).args(&words[1..]).args(["version", "--client"]).output();
        run.is_ok_and(|it| it.status.success())
    };
    let built = std::env::var_os("HOME")
        .map(|it| PathBuf::from(it).join(".cache/slipway-testbed/kubernetes"));
    let built = built.map(|it| vec![it.display().to_string(), "kubectl".to_owned()]);
    [Some(vec!["kubectl".to_owned()]), built].into_iter().flatten().find(|it| works(it))
}

struct Kubectl {
    words: Vec<String>,
    config: PathBuf,
}

impl Kubectl {
    /// What it prints to both outputs; it must succeed.
    #[track_caller]
    fn say(&self, arguments: &str, input: &str) -> String {
        let mut child = Command::new(&self.words[0])
            .args(&self.words[1..])
            .arg("--kubeconfig")
            .arg(&self.config)
            .args(arguments.split(' '))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it can be started");
        child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it is read");
        let output = child.wait_with_output().expect("it ends");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(output.status.success(), "kubectl {arguments}:\n{text}");
        text
    }

    #[track_caller]
    fn tells(&self, arguments: &str, wanted: &[&str]) {
        let text = self.say(arguments, "");
        for word in wanted {
            assert!(text.contains(word), "kubectl {arguments} says nothing of {word:?}:\n{text}");
        }
    }
}

const JOB: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: by-hand, namespace: shop}
data: {a: "1"}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_gets_describes_applies_logs_watches_and_deletes() {
    let Some(words) = kubectl() else {
        println!("SKIPPED: there is no kubectl, and the testbed has not been built");
        return;
    };
    let host = Host::start();
    let cli = host.cli();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["deploy", "web", "-b", "hello-web", "-p", "shop", "--wait"]).ok();
    assert_eq!(host.app("web", "shop").await.0, 200);
    let kubectl = Kubectl { words, config: host.data().join("node.kubeconfig") };

    kubectl.tells("get rollouts -n shop", &["NAME", "HEALTH", "web", "Healthy"]);
    kubectl.tells(
        "get pods,deployments,services,ingresses -n shop",
        &["pod/web-", "1/1", "Running", "service/web"],
    );
    kubectl.tells("get nodes", &["Ready"]);
    kubectl.tells("describe rollout web -n shop", &["Ready", "Inventory", "Deployment"]);
    kubectl.tells("describe deployment web -n shop", &["RollingUpdate", "Image:"]);
    kubectl.tells("explain rollout.spec.revision", &["blueprint", "values"]);
    kubectl.tells("logs deployment/web -n shop", &["GET /"]);
    kubectl.tells("get events -n shop", &["Scheduled"]);

    assert!(
        kubectl
            .say("apply --server-side -f -", JOB)
            .contains("configmap/by-hand serverside-applied")
    );
    let changed = JOB.replace("\"1\"", "\"2\"");
    kubectl.say("apply --server-side -f -", &changed);
    kubectl.tells("get configmap by-hand -n shop -o jsonpath={.data.a}", &["2"]);
    assert!(
        kubectl
            .say("apply -f -", &changed.replace("by-hand", "plain"))
            .contains("configmap/plain created")
    );
    kubectl.tells("wait --for=delete configmap/nobody -n shop --timeout=5s", &[]);
    kubectl.tells(
        "wait --for=condition=Available deployment/web -n shop --timeout=5s",
        &["condition met"],
    );
    kubectl.tells("scale deployment/web -n shop --replicas=1", &["scaled"]);
    kubectl
        .tells("rollout status deployment/web -n shop --timeout=10s", &["successfully rolled out"]);
    kubectl.tells("delete configmap by-hand plain -n shop", &["deleted"]);
    kubectl.tells("get configmaps -n shop --ignore-not-found -o name", &[]);
}
