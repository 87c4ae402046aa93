//! The blueprint natively: values in, objects out.

use slipway_sdk::testing;

use super::*;

fn render(values: Value) -> Result<Objects, Failure> {
    let values: Values = serde_json::from_value(values).unwrap();
    Stack::render(&testing::app(), &values, &Facts::new(json!({"runtime": "containers"})))
}

#[test]
fn without_stateful_sets_what_keeps_something_is_ended_first() {
    let values: Values = serde_json::from_value(shop()).unwrap();
    let objects = Stack::render(&testing::app(), &values, &testing::facts()).unwrap();
    assert_eq!(
        objects.find("Deployment", "web-db").unwrap()["spec"]["strategy"]["type"],
        "Recreate"
    );
}

fn shop() -> Value {
    json!({
        "variables": {"MODE": "production"},
        "secrets": {"DB_PASSWORD": testing::secret("secrets.DB_PASSWORD")},
        "services": {
            "site": {
                "image": "shop:1", "env": {"MODE": "$(MODE)", "URL": "pg://u:$(DB_PASSWORD)@$(host.db)/x"},
                "public": {"port": 8080}, "dependsOn": ["db"], "files": {"/etc/site.conf": "mode=$(MODE)"},
                "health": {"path": "/up"},
            },
            "db": {
                "image": "postgres:17", "env": {"POSTGRES_PASSWORD": "$(DB_PASSWORD)"}, "ports": [5432], "plainName": true,
                "volumes": {"data": {"path": "/var/lib/postgresql/data", "sizeMebibytes": 1024}}, "user": 999,
            },
        },
    })
}

#[test]
fn an_app_of_two_becomes_what_runs_keeps_and_reaches_it() {
    let objects = render(shop()).unwrap();
    let found = |kind: &str, name: &str| objects.find(kind, name).unwrap();
    let site = &found("Deployment", "web-site")["spec"]["template"]["spec"]["containers"][0];
    let variable = |name: &str| {
        site["env"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone()
    };
    assert_eq!(variable("MODE")["value"], "production");
    assert_eq!(variable("URL")["value"], "pg://u:$(DB_PASSWORD)@web-db/x");
    assert_eq!(site["env"][0]["name"], "DB_PASSWORD");
    assert_eq!(site["readinessProbe"]["httpGet"], json!({"path": "/up", "port": 8080}));
    assert_eq!(found("ConfigMap", "web-site")["data"]["file-0"], "mode=production");
    assert_eq!(site["volumeMounts"][0]["mountPath"], "/etc/site.conf");
    let db = &found("StatefulSet", "web-db")["spec"];
    assert_eq!(db["template"]["spec"]["securityContext"]["runAsUser"], 999);
    assert!(db.get("strategy").is_none());
    let password = &db["template"]["spec"]["containers"][0]["env"][0];
    assert_eq!(password["valueFrom"]["secretKeyRef"]["key"], "secrets.DB_PASSWORD.1");
    assert_eq!(
        found("PersistentVolumeClaim", "web-data")["spec"]["resources"]["requests"]["storage"],
        "1Gi"
    );
    assert_eq!(
        found("Service", "db")["spec"]["selector"],
        found("Service", "web-db")["spec"]["selector"]
    );
    assert_eq!(found("Ingress", "web-site")["spec"]["rules"][0]["host"], "web.shop.localhost");
    assert!(objects.find("Ingress", "web-db").is_none());
}

#[test]
fn a_service_that_names_no_port_is_reached_at_all_of_them() {
    let mut values = shop();
    values["services"]["db"]["ports"] = json!([]);
    let objects = render(values).unwrap();
    let spec = &objects.find("Service", "db").unwrap()["spec"];
    assert_eq!((&spec["clusterIP"], spec.get("ports")), (&json!("None"), None));
}

#[test]
fn what_cannot_be_names_its_field() {
    let wrong = |pointer: &str, value: Value| {
        let mut values = shop();
        let (owner, last) = pointer.rsplit_once('/').unwrap();
        values.pointer_mut(owner).unwrap()[last] = value;
        let failure = render(values).unwrap_err();
        (failure.field.unwrap_or_default(), failure.message)
    };
    let cases = [
        ("/services/db/user", json!(0), "/services/db/user", "root"),
        ("/services/db/replicas", json!(2), "/services/db/replicas", "only one copy"),
        ("/services/db/dependsOn", json!(["site"]), "/services/db/dependsOn", "circle"),
        ("/services/site/dependsOn", json!(["gone"]), "/services/site/dependsOn", "not here"),
        ("/services/db/public", json!({"port": 1}), "/services/site/public/host", "already"),
        ("/services/Site", json!({"image": "a"}), "/services/Site", "cannot be a name"),
        (
            "/services/site/files",
            json!({"/a": "$(DB_PASSWORD)"}),
            "/services/site/files/~1a",
            "no place for secrets",
        ),
        ("/services", json!({}), "/services", "no service"),
        (
            "/services/site/public",
            json!({"port": 1, "host": "b.example"}),
            "/services/site/public/host",
            "no host name",
        ),
    ];
    for (pointer, value, field, words) in cases {
        let (at, message) = wrong(pointer, value);
        assert_eq!(at, field, "{message}");
        assert!(message.contains(words), "{message}");
    }
}
