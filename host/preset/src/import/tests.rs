//! Real forms of each format, written for these tests.

use serde_json::{Value, json};

use super::compose::fields::SERVICE;
use super::*;

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
    for name in table {
        let text = format!("services:\n  a:\n    image: b\n    {name}: {}\n", sample(name));
        let imported = imported(&text);
        let service = &imported.values["services"]["a"];
        let is_carried = service.as_object().is_some_and(|it| it.len() > 1) || name == "image";
        let is_listed = !left(&imported, "services.a").is_empty();
        let is_alone = imported.ask.len() > 1;
        assert!(is_carried || is_listed || is_alone, "{name} is neither carried over nor listed");
    }
}

/// A value that says something for every field.
fn sample(name: &str) -> &'static str {
    match name {
        "image" => "c",
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
        "profiles" => "[]\n  other:\n    image: d\n    profiles: [debug]\n    x-place: services.a",
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

#[test]
fn an_app_of_caprover() {
    let it = imported(
        r#"
captainVersion: 4
services:
  $$cap_appname:
    image: registry.example/wiki:$$cap_wiki_version
    restart: always
    environment:
      DB_HOST: srv-captain--$$cap_appname-db
      DB_PASS: $$cap_db_pass
      URL: https://$$cap_appname.$$cap_root_domain/w
      MAIL: $$cap_mail
      PRICE: 5$
    volumes: ['$$cap_appname-files:/files']
    depends_on: ['$$cap_appname-db']
    caproverExtra: {containerHttpPort: '3000'}
  $$cap_appname-db:
    image: mariadb:11
    environment: {MYSQL_ROOT_PASSWORD: $$cap_db_pass}
    caproverExtra: {notExposeAsWebApp: 'true', dockerfileLines: ['FROM mariadb:11', 'RUN true']}
caproverOneClickApp:
  displayName: Wiki
  description: A wiki for everybody.
  instructions: {start: Fill it in., end: Done.}
  variables:
    - {id: $$cap_wiki_version, label: Version, defaultValue: '2.1', validRegex: '/.{1,}/'}
    - {id: $$cap_db_pass, label: Password of the database, defaultValue: $$cap_gen_random_hex(24), validRegex: '/.{1,}/'}
    - {id: $$cap_mail, label: Mail, description: Yours., validRegex: '/.{1,}/'}
"#,
    );
    let app = &it.values["services"]["app"];
    assert_eq!(app["image"], "registry.example/wiki:2.1");
    assert_eq!(app["env"]["DB_HOST"], "$(host.db)");
    assert_eq!(app["env"]["URL"], "https://$(app.host)/w");
    assert_eq!(app["env"]["PRICE"], "5$$");
    assert_eq!(app["public"], json!({"port": 3000}));
    assert_eq!(app["dependsOn"], json!(["db"]));
    assert_eq!(it.values["services"]["db"]["env"]["MYSQL_ROOT_PASSWORD"], "$(DB_PASS)");
    let password = asked(&it, "/secrets/DB_PASS");
    assert_eq!(
        (password.title.as_deref(), password.generate),
        (Some("Password of the database"), Some(24))
    );
    assert_eq!(asked(&it, "/variables/MAIL").help.as_deref(), Some("Yours."));
    assert_eq!(it.title.as_deref(), Some("Wiki"));
    assert!(left(&it, "caproverExtra").contains("1 lines of the Dockerfile"), "{:?}", it.left_out);
    let old = import(Format::Caprover, &source("captainVersion: 2\nservices: {}")).unwrap_err();
    assert_eq!(old.to_string(), "captainVersion: it is 2, and 4 is what can be read");
}

#[test]
fn a_template_of_coolify() {
    let it = imported(
        r#"# documentation: https://docs.example/board
# slogan: A board for notes.
# port: 3000
services:
  board:
    image: registry.example/board:3
    environment:
      - SERVICE_FQDN_BOARD_3000
      - PUBLIC_URL=$SERVICE_URL_BOARD
      - DB=mysql://${SERVICE_USER_DB}:${SERVICE_PASSWORD_64_DB}@db/board
      - KEY=${SERVICE_HEX_32_BOARD}
      - MODE=${MODE:-private}
    volumes:
      - {type: bind, source: ./board.conf, target: /etc/board.conf, content: "title=Board $${x}"}
    exclude_from_hc: true
  db:
    image: mariadb:11
    environment: ['MYSQL_PASSWORD=${SERVICE_PASSWORD_64_DB}', 'MYSQL_USER=${SERVICE_USER_DB}']
"#,
    );
    assert_eq!(
        guess(&source("services: {a: {image: b, environment: [SERVICE_URL_A]}}")),
        Ok(Format::Coolify)
    );
    let board = &it.values["services"]["board"];
    assert_eq!(board["public"], json!({"port": 3000}));
    assert_eq!(board["env"]["PUBLIC_URL"], "$(app.url)");
    assert_eq!(board["env"]["SERVICE_FQDN_BOARD_3000"], "$(app.host)");
    assert_eq!(board["env"]["DB"], "mysql://$(SERVICE_USER_DB):$(SERVICE_PASSWORD_64_DB)@db/board");
    assert_eq!(board["files"]["/etc/board.conf"], "title=Board $${x}");
    assert_eq!(asked(&it, "/secrets/SERVICE_PASSWORD_64_DB").generate, Some(64));
    assert_eq!(asked(&it, "/secrets/SERVICE_HEX_32_BOARD").generate, None);
    assert_eq!(it.values["variables"]["SERVICE_USER_DB"], "slipway");
    assert_eq!(it.summary.as_deref(), Some("A board for notes."));
    assert!(left(&it, "exclude_from_hc").contains("no such field"));
}

const DOKPLOY: &str = r#"
[variables]
main_domain = "${domain}"
db_password = "${password:40}"
url = "https://${main_domain}"

[config]
isolated = true
[[config.domains]]
serviceName = "shop"
port = 4000
host = "${main_domain}"
[config.env]
SHOP_URL = "${url}"
DATABASE_PASSWORD = "${db_password}"
PRICE = "5 $"
[[config.mounts]]
filePath = "shop.ini"
content = "url=${url}"
"#;

#[test]
fn a_template_of_dokploy_in_both_forms() {
    use base64::Engine as _;
    let compose = "services:\n  shop:\n    image: shop:1\n    environment:\n      - URL=${SHOP_URL}\n      - PASSWORD=${DATABASE_PASSWORD}\n      - PRICE=${PRICE}\n    volumes: ['../files/shop.ini:/etc/shop.ini']\n";
    let two = Source { compose: Some(compose), ..source(DOKPLOY) };
    assert_eq!(guess(&two), Ok(Format::Dokploy));
    let it = import(Format::Dokploy, &two).unwrap();
    let shop = &it.values["services"]["shop"];
    assert_eq!(
        shop["env"],
        json!({"URL": "https://$(app.host)", "PASSWORD": "$(DB_PASSWORD)", "PRICE": "5 $$"})
    );
    assert_eq!(shop["public"], json!({"port": 4000}));
    assert_eq!(shop["files"]["/etc/shop.ini"], "url=https://$(app.host)");
    assert_eq!(asked(&it, "/secrets/DB_PASSWORD").generate, Some(40));
    assert!(left(&it, "config.isolated").contains("Dokploy's own"));
    let packed = json!({"compose": compose, "config": DOKPLOY}).to_string();
    let packed = base64::engine::general_purpose::STANDARD.encode(packed);
    assert_eq!(imported(&packed), it);
    let alone = import(Format::Dokploy, &source(DOKPLOY)).unwrap_err();
    assert!(alone.to_string().contains("docker-compose.yml beside template.toml"));
}

#[test]
fn templates_of_portainer() {
    let list = json!({"version": "3", "templates": [
        {"id": 1, "type": 1, "title": "Cache", "description": "A cache.", "image": "cache:7", "ports": ["6380:6379/tcp", "8080:8080"],
         "volumes": [{"container": "/data"}, {"container": "/etc/x", "bind": "/opt/x", "readonly": true}],
         "env": [{"name": "CACHE_PASSWORD", "label": "Password"},
                 {"name": "SIZE", "label": "Size", "select": [{"text": "S", "value": "1"}, {"text": "L", "value": "9", "default": true}]},
                 {"name": "MODE", "default": "a$b", "preset": true}],
         "command": "serve --loud", "network": "host", "restart_policy": "always"},
        {"id": 2, "type": 3, "title": "Blog", "description": "A blog.",
         "repository": {"url": "https://git.example/t", "stackfile": "blog/docker-compose.yml"},
         "env": [{"name": "BLOG_TITLE", "label": "Title"}]},
    ]});
    let list = list.to_string();
    let of = |template, compose| {
        import(Format::Portainer, &Source { template, compose, ..source(&list) })
    };
    assert_eq!(guess(&source(&list)), Ok(Format::Portainer));
    assert_eq!(of(None, None).unwrap_err(), Error::Several("Cache, Blog".into()));
    let it = of(Some("cache"), None).unwrap();
    let cache = &it.values["services"]["cache"];
    assert_eq!(cache["ports"], json!([6379, 8080]));
    assert_eq!(cache["public"], json!({"port": 8080}));
    assert_eq!(cache["args"], json!(["serve", "--loud"]));
    assert_eq!(
        cache["env"],
        json!({"CACHE_PASSWORD": "$(CACHE_PASSWORD)", "SIZE": "$(SIZE)", "MODE": "a$$b"})
    );
    assert_eq!(asked(&it, "/variables/SIZE").help.as_deref(), Some("One of: 1, 9."));
    assert_eq!(it.values["variables"]["SIZE"], "9");
    assert!(left(&it, "volumes[1]").contains("/opt/x at /etc/x"));
    assert!(left(&it, "network").contains("Portainer's own"));
    let away = of(Some("Blog"), None).unwrap_err().to_string();
    assert!(away.contains("blog/docker-compose.yml of https://git.example/t"), "{away}");
    let compose = "services: {blog: {image: 'blog:1', environment: ['TITLE=${BLOG_TITLE}'], ports: ['80:2368']}}";
    let blog = of(Some("Blog"), Some(compose)).unwrap();
    assert_eq!(asked(&blog, "/variables/BLOG_TITLE").title.as_deref(), Some("Title"));
    assert_eq!(blog.values["services"]["blog"]["public"], Value::from(json!({"port": 2368})));
}
