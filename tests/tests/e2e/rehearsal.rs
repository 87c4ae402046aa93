//! `plugin run`: what a component would do to an app that runs, shown by whoever may only look, and done by nobody.

use serde_json::Value;
use slipway_tests::Host;

fn guest(name: &str) -> String {
    slipway_tests::guest(name).display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_tried_on_an_app_without_being_installed_or_changing_it() {
    let host = Host::start();
    let cli = host.shop();
    let secret = host.data().join("code");
    std::fs::write(&secret, "open-sesame-7c1f").unwrap();
    let secret = format!("accessCode=@{}", secret.display());
    cli.say(&["deploy", "web", "-b", "hello-web", "--set-secret", &secret, "--wait"]).ok();
    let before = cli.say(&["describe", "web", "-o", "json"]).ok();

    let hello = guest("hello_web");
    let run = |rest: &[&str]| cli.say(&[&["plugin", "run"][..], rest].concat());
    let same = run(&[&hello, "web"]);
    assert_eq!((same.code, same.err.trim()), (0, "nothing would change"), "{}", same.out);
    let change = run(&[&hello, "web", "--set", "greeting=Ahoy"]);
    assert_eq!(change.code, 1, "{}", change.err);
    assert!(change.out.contains("Deployment web changed") && change.out.contains("Ahoy"));
    assert!(!change.out.contains("open-sesame"), "{}", change.out);
    let new = run(&[&hello, "other"]);
    assert!(new.code == 1 && new.out.contains("Service other added"), "{}", new.out);
    let wrong = run(&[&hello, "web", "--set", "replicas=-1"]).fails(1);
    assert!(wrong.contains("replicas: "), "{wrong}");

    let step = run(&[&guest("blue_green"), "web"]).ok();
    assert!(step.contains("name: web-blue"), "{step}");
    // Another blueprint has another form.
    let seven = run(&[&guest("seven"), "web"]).fails(1);
    assert!(seven.contains("'greeting', "), "{seven}");
    let seven = run(&[&guest("seven"), "other"]);
    assert!(seven.out.contains("PersistentVolumeClaim other added"), "{}", seven.err);

    assert_eq!(cli.say(&["describe", "web", "-o", "json"]).ok(), before, "nothing has changed");
    let plugins = cli.say(&["plugin", "list", "-o", "json"]).ok();
    let plugins: Vec<Value> = serde_json::from_str(&plugins).unwrap();
    assert!(plugins.iter().all(|it| it["name"] != "seven"), "nothing was installed");
    assert!(run(&[&hello, "Not A Name"]).fails(1).contains("Not A Name"));
}
