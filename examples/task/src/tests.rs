//! The blueprint natively: values in, a Job out.

use slipway_sdk::testing;

use super::*;

fn render(app: &App, values: Value) -> Result<Objects, Failure> {
    let values: Values = serde_json::from_value(values).unwrap();
    Task::render(app, &values, &testing::facts())
}

#[test]
fn each_revision_has_a_job_of_its_own() {
    let name = |revision| {
        let app = App { revision, ..testing::app() };
        let objects = render(&app, json!({})).unwrap();
        objects.into_iter().map(|it| it["metadata"]["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(name(1), ["web-1"]);
    assert_eq!(name(2), ["web-2"]);
}

#[test]
fn the_program_is_told_its_arguments_and_when_to_end() {
    let values = json!({"arguments": ["import", "all"], "minutes": 5, "retries": 2});
    let objects = render(&testing::app(), values).unwrap();
    let spec = &objects.find("Job", "web-1").unwrap()["spec"];
    assert_eq!(spec["template"]["spec"]["containers"][0]["args"], json!(["import", "all"]));
    assert_eq!((&spec["activeDeadlineSeconds"], &spec["backoffLimit"]), (&json!(300), &json!(2)));
}

#[test]
fn a_variable_that_stands_twice_is_named_by_its_field() {
    let secret = testing::secret("secretEnvironment.TOKEN");
    let values = json!({"environment": {"TOKEN": "x"}, "secretEnvironment": {"TOKEN": secret}});
    let failure = render(&testing::app(), values).unwrap_err();
    assert_eq!(failure.field.as_deref(), Some("/secretEnvironment/TOKEN"));
}
