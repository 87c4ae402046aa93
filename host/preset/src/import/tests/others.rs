//! Templates of CapRover, Coolify, Dokploy and Portainer, written for these tests.

use serde_json::json;

use super::*;

#[test]
fn an_app_of_caprover() {
    let it = imported(
        r"
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
",
    );
    let app = &it.values["services"]["app"];
    assert_eq!(app["image"], "registry.example/wiki:2.1");
    assert_eq!(app["env"]["DB_HOST"], "$(host.db)");
    assert_eq!(app["env"]["URL"], "https://$(app.host)/w");
    assert_eq!(app["env"]["PRICE"], "5$$");
    assert_eq!(app["public"], json!({"port": 3000}));
    assert_eq!(app["dependsOn"], json!(["db"]));
    assert_eq!(app["volumes"]["files"]["path"], "/files");
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
    let compose = "services:\n  shop:\n    image: shop:1\n    environment:\n      - URL=${SHOP_URL}\n      - PASSWORD=${DATABASE_PASSWORD}\n    env_file: .env\n    volumes: ['../files/shop.ini:/etc/shop.ini']\n";
    let two = Source { compose: Some(compose), ..source(DOKPLOY) };
    assert_eq!(guess(&two), Ok(Format::Dokploy));
    let it = import(Format::Dokploy, &two).unwrap();
    let shop = &it.values["services"]["shop"];
    assert_eq!(
        shop["env"],
        json!({
            "URL": "https://$(app.host)", "PASSWORD": "$(DB_PASSWORD)", "PRICE": "5 $$",
            "SHOP_URL": "https://$(app.host)", "DATABASE_PASSWORD": "$(DB_PASSWORD)",
        })
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
        import(Format::Portainer, &Source { compose, template, ..source(&list) })
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
    assert_eq!(blog.values["services"]["blog"]["public"], json!({"port": 2368}));
}
