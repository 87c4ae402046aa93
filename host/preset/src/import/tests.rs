//! Compose files, written for these tests; the other formats are in `others`.

use serde_json::json;

use super::compose::fields::SERVICE;
use super::*;

mod others;

fn source(text: &str) -> Source<'_> {
    Source { text, compose: None, template: None }
}

fn imported(text: &str) -> Imported {
    let source = source(text);
    import(guess(&source).unwrap(), &source).unwrap()
}

fn asked<'a>(it: &'a Imported, pointer: &str) -> &'a Ask {
    let all: Vec<&String> = it.ask.iter().map(|it| &it.pointer).collect();
    it.ask.iter().find(|it| it.pointer == pointer).unwrap_or_else(|| panic!("{pointer}: {all:?}"))
}

fn left(it: &Imported, place: &str) -> String {
    let found = it.left_out.iter().filter(|it| it.place.contains(place));
    found.map(|it| format!("{}: {}. ", it.what, it.why)).collect()
}

/// The fields of `definitions.service` in `schema/compose-spec.json`, as of August 2026.
const SPECIFICATION: &str = "annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs \
    container_name cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset \
    credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint \
    env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc \
    isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models \
    network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged \
    profiles provider pull_policy pull_refresh_after read_only restart runtime scale secrets security_opt shm_size \
    stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts \
    volumes volumes_from working_dir";

#[test]
fn every_field_of_a_compose_service_has_its_fate() {
    let table: Vec<&str> = SERVICE.iter().map(|(name, _)| *name).collect();
    let specified: Vec<&str> = SPECIFICATION.split_whitespace().collect();
    assert_eq!(table, specified);
    // The image is in all of them.
    for name in table.into_iter().filter(|it| *it != "image") {
        let text = format!("services:\n  a:\n    image: b\n    {name}: {}\n", sample(name));
        let imported = imported(&text);
        let service = &imported.values["services"]["a"];
        let is_carried = service.as_object().is_some_and(|it| it.len() > 1);
        let is_listed = !left(&imported, "services.a").is_empty();
        assert!(is_carried || is_listed, "{name} is neither carried over nor listed");
    }
}

/// A value that says something for every field.
fn sample(name: &str) -> &'static str {
    match name {
        "cpus" => "0.5",
        "deploy" => "{replicas: 3}",
        "depends_on" => "[gone]",
        "environment" => "{A: b}",
        "expose" | "ports" => "[80]",
        "healthcheck" => "{test: [CMD, 'true']}",
        "mem_limit" => "64m",
        "scale" => "2",
        "stop_grace_period" => "5s",
        "user" => "'1000'",
        "volumes" => "[a:/b]",
        "configs" | "secrets" => "[a]",
        "working_dir" => "/srv",
        "profiles" => "[debug]\n  other:\n    image: d",
        _ => "something",
    }
}

const COMPOSE: &str = r#"
name: notes
x-common: &common
  restart: unless-stopped
  environment: &variables
    LOG: ${LOG_LEVEL:-info}
services:
  web:
    <<: *common
    image: registry.example/notes:${TAG:-1.4}
    command: serve --bind "0.0.0.0 8080" $$HOME
    environment:
      <<: *variables
      DATABASE_URL: postgres://notes:${DB_PASSWORD:?choose one}@db:5432/notes
      MAIL_FROM: ${MAIL_FROM}
      ADMIN_PASSWORD: correct-horse
      BACKUP: "sftp://x:correct-horse@far"
      COUNT: 3
    ports: ["127.0.0.1:8000:8080", "9000:9000/udp"]
    depends_on: {db: {condition: service_healthy}}
    healthcheck: {test: "curl -f http://localhost:8080/up || exit 1", interval: 1m30s, retries: 3}
    labels: {traefik.enable: "true"}
    configs: [{source: site, target: /etc/site.conf}]
    deploy: {resources: {limits: {memory: 256M}}, update_config: {order: start-first}}
    volumes: ["./static:/srv/static:ro", "/var/run/docker.sock:/var/run/docker.sock"]
  db:
    image: postgres:17
    user: "999:999"
    environment: ["POSTGRES_PASSWORD=${DB_PASSWORD}", POSTGRES_USER=notes]
    volumes: ["db_data:/var/lib/postgresql/data"]
    ports: ["5432:5432"]
    stop_grace_period: 1m
    privileged: true
  worker: {build: ./worker}
volumes: {db_data: }
configs: {site: {content: "name=${MAIL_FROM}"}}
networks: {inner: {driver: bridge}}
"#;

#[test]
fn a_compose_file_is_carried_over_and_the_rest_is_listed() {
    let it = imported(COMPOSE);
    let web = &it.values["services"]["web"];
    assert_eq!(web["image"], "registry.example/notes:1.4");
    assert_eq!(web["args"], json!(["serve", "--bind", "0.0.0.0 8080", "$$HOME"]));
    assert_eq!(web["env"]["LOG"], "$(LOG_LEVEL)");
    assert_eq!(web["env"]["DATABASE_URL"], "postgres://notes:$(DB_PASSWORD)@db:5432/notes");
    assert_eq!(web["env"]["COUNT"], "3");
    assert_eq!(web["public"], json!({"port": 8080}));
    assert_eq!(web["health"]["path"], "/up");
    assert_eq!(web["health"]["intervalSeconds"], 90);
    assert_eq!(web["memoryMebibytes"], 256);
    assert_eq!(web["files"]["/etc/site.conf"], "name=$(MAIL_FROM)");
    assert_eq!(web["dependsOn"], json!(["db"]));
    let db = &it.values["services"]["db"];
    assert_eq!(
        (&db["user"], &db["graceSeconds"], &db["plainName"]),
        (&json!(999), &json!(60), &json!(true))
    );
    assert_eq!(db["volumes"]["db-data"]["path"], "/var/lib/postgresql/data");
    assert_eq!(it.values["variables"], json!({"LOG_LEVEL": "info"}));
    assert!(asked(&it, "/variables/MAIL_FROM").required);
    assert!(!asked(&it, "/variables/LOG_LEVEL").required);
    let password = asked(&it, "/secrets/DB_PASSWORD");
    assert_eq!(
        (password.secret, password.generate, password.help.as_deref()),
        (true, Some(32), Some("choose one"))
    );

    // A secret that the file tells is in no value.
    assert_eq!(web["env"]["ADMIN_PASSWORD"], "$(ADMIN_PASSWORD)");
    assert_eq!(web["env"]["BACKUP"], "sftp://x:$(ADMIN_PASSWORD)@far");
    assert!(asked(&it, "/secrets/ADMIN_PASSWORD").secret);
    assert!(!format!("{it:?}").contains("correct-horse"));

    for (place, words) in [
        ("services.web.ports", "port 9000 of udp"),
        ("services.web.labels", "a proxy"),
        ("services.web.deploy.update_config", "control plugin"),
        ("services.web.volumes[0]", "files of the machine"),
        ("services.web.volumes[1]", "no Docker"),
        ("services.web.image", "the variable TAG"),
        ("services.db.privileged", "restricted"),
        ("services.db.ports", "that 5432 is reached from outside"),
        ("services.worker", "has to be built"),
        ("networks", "the section"),
    ] {
        assert!(left(&it, place).contains(words), "{place}: {}", left(&it, place));
    }
    assert!(left(&it, "restart").is_empty());
}

#[test]
fn what_cannot_be_read_says_where() {
    let error = |text: &str| import(Format::Compose, &source(text)).unwrap_err().to_string();
    assert!(error("a: [").starts_with("the file is no YAML"));
    assert_eq!(error("a: 1"), "services: there are none");
    assert!(error("services: {a: {build: .}}").contains("services.a the service"));
    assert!(error("services: {a: {image: 'b:${'}}").contains("services.a.image"));
    assert!(error("services: {a: {image: b, command: \"'x\"}}").contains("quotes"));
    assert_eq!(
        error("services: {a_b: {image: b}, a-b: {image: c}}"),
        "services: two services would be called a-b"
    );
    assert_eq!(guess(&source("hello")), Err(Error::Unknown));
}

#[test]
fn bombs_are_bounded() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..10 {
        let below = format!("*a{}, ", at - 1).repeat(10);
        text.push_str(&format!("a{at}: &a{at} [{}]\n", below.trim_end_matches(", ")));
    }
    text.push_str("services: {a: {image: b}}\n");
    assert_eq!(import(Format::Compose, &source(&text)), Err(Error::Bomb));
    let deep = format!("services: {}{}", "[".repeat(100), "]".repeat(100));
    assert!(import(Format::Compose, &source(&deep)).is_err());
    let large = "# ".repeat(1 << 20);
    assert!(matches!(import(Format::Compose, &source(&large)), Err(Error::Large(_))));
}
