//! The blueprint natively: values in, objects out.

use slipway_sdk::testing;

use super::*;

fn render(values: Value) -> Result<Objects, Failure> {
    let values: Values = serde_json::from_value(values).unwrap();
    HelloWeb::render(&testing::app(), &values, &testing::facts())
}

#[test]
fn the_defaults_make_a_deployment_a_service_and_an_ingress() {
    let objects = render(json!({})).unwrap();
    let deployment = objects.find("Deployment", "web").unwrap();
    assert_eq!(deployment["spec"]["replicas"], 1);
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["image"], "slipway.local/hello-app:1.0.0");
    assert_eq!(container["readinessProbe"]["httpGet"]["path"], "/healthz");
    assert_eq!(objects.find("Service", "web").unwrap()["spec"]["ports"][0]["port"], 80);
    let ingress = objects.find("Ingress", "web").unwrap();
    assert_eq!(ingress["spec"]["rules"][0]["host"], "web.shop.localhost");
}

#[test]
fn an_app_without_hosts_has_no_ingress() {
    let app = App { hosts: Vec::new(), ..testing::app() };
    let objects = HelloWeb::render(&app, &Values::default(), &testing::facts()).unwrap();
    assert!(objects.find("Ingress", "web").is_none());
}

#[test]
fn a_variable_that_cannot_be_is_named_by_its_field() {
    let failure = render(json!({"environment": {"A-B": "1"}})).unwrap_err();
    assert_eq!(failure.field.as_deref(), Some("/environment/A-B"));
    let failure = render(json!({"environment": {"PORT": "1"}})).unwrap_err();
    assert_eq!(failure.field.as_deref(), Some("/environment/PORT"));
}

#[test]
fn secrets_reach_the_program_by_reference() {
    let (code, token) = (testing::secret("accessCode"), testing::secret("secretEnvironment.TOKEN"));
    let values = json!({"accessCode": code, "secretEnvironment": {"TOKEN": token}});
    let objects = render(values).unwrap();
    let deployment = objects.find("Deployment", "web").unwrap();
    let variables =
        deployment["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap();
    let source =
        |name: &str| variables.iter().find(|it| it["name"] == name).unwrap()["valueFrom"].clone();
    assert_eq!(source("ACCESS_CODE"), code.source());
    assert_eq!(source("TOKEN"), token.source());
    let twice = json!({"environment": {"A": "1"}, "secretEnvironment": {"A": token}});
    assert_eq!(render(twice).unwrap_err().field.as_deref(), Some("/secretEnvironment/A"));
}
