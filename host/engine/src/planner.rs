//! The planner port, answered by plugins.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::health::rules::Rules;
use slipway_model::plan::{
    BlueprintDescription, ControlDescription, Error, Failure, Planner, RenderInput, Rendered,
    StepInput, Stepped,
};
use slipway_model::values;

use crate::call::Question;
use crate::engine::Engine;
use crate::inspect::unfit;
use crate::output::Reader;
use crate::plugin::{Code, Plugin, World};
use crate::trace::Sum;
use crate::v1::{self, ask};

#[async_trait]
impl Planner for Engine {
    async fn grant(&self, plugin: &Digest) -> Result<Grant, Error> {
        self.plugin(plugin).map(|it| it.grant().as_ref().clone())
    }

    async fn blueprint(&self, blueprint: &Digest) -> Result<BlueprintDescription, Error> {
        self.about_blueprint(&self.plugin(blueprint)?).await.cloned()
    }

    async fn health_rules(&self, blueprint: &Digest) -> Result<Arc<Rules>, Error> {
        let plugin = self.plugin(blueprint)?;
        self.about_blueprint(&plugin).await.map(|it| Arc::clone(&it.health_rules))
    }

    async fn control(&self, control: &Digest) -> Result<ControlDescription, Error> {
        self.about_control(&self.plugin(control)?).await
    }

    async fn check(&self, blueprint: &Digest, input: RenderInput) -> Result<Vec<Failure>, Error> {
        let plugin = self.plugin(blueprint)?;
        match self.ask_check(&plugin, input).await {
            // A check before each render must not hide that every render fails.
            Ok(failures) => Ok(failures),
            wrong => self.judged(&plugin, wrong),
        }
    }

    async fn render(&self, blueprint: &Digest, input: RenderInput) -> Result<Rendered, Error> {
        let plugin = self.plugin(blueprint)?;
        self.judged(&plugin, self.ask_render(&plugin, input).await)
    }

    async fn step(&self, control: &Digest, input: &StepInput) -> Result<Stepped, Error> {
        let plugin = self.plugin(control)?;
        self.judged(&plugin, self.ask_step(&plugin, input).await)
    }
}

impl Engine {
    /// Asks a plugin for its description, whichever it is, and checks it.
    pub(crate) async fn describe(&self, plugin: &Arc<Plugin>) -> Result<(), Error> {
        match plugin.installed.world {
            World::Blueprint => self.about_blueprint(plugin).await.map(drop),
            World::Control => self.about_control(plugin).await.map(drop),
            World::UpdateChecker => self.about_checker(plugin).await.map(drop),
        }
    }

    async fn about_blueprint<'p>(
        &self,
        plugin: &'p Arc<Plugin>,
    ) -> Result<&'p BlueprintDescription, Error> {
        let Code::Blueprint { blueprint, description, .. } = &plugin.code else {
            return Err(other_world(plugin, World::Blueprint));
        };
        let learn = || {
            let question = ask::AboutBlueprint(blueprint.clone());
            self.learn(plugin, question, v1::about_blueprint, |it| (&it.name, &it.values_schema))
        };
        description.get_or_try_init(learn).await
    }

    async fn about_control(&self, plugin: &Arc<Plugin>) -> Result<ControlDescription, Error> {
        let Code::Control { control, description } = &plugin.code else {
            return Err(other_world(plugin, World::Control));
        };
        let learn = || {
            let question = ask::AboutControl(control.clone());
            self.learn(plugin, question, v1::about_control, |it| (&it.name, &it.options_schema))
        };
        description.get_or_try_init(learn).await.cloned()
    }

    /// Asks a plugin what it is. What it says must agree with its manifest, and the schema in it must be one.
    pub(crate) async fn learn<Q: Question, T: Send + 'static>(
        &self,
        plugin: &Arc<Plugin>,
        question: Q,
        read: fn(&Reader<'_>, Q::Answer) -> Result<T, Error>,
        name_and_schema: fn(&T) -> (&String, &Value),
    ) -> Result<T, Error> {
        let check = move |plugin: &Plugin, answer, _| {
            let reader = Reader { plugin: &plugin.name() };
            let about = read(&reader, answer)?;
            let (name, schema) = name_and_schema(&about);
            let id = plugin.installed.manifest.id.as_str();
            if name != id {
                let what = format!("it calls itself {name:?}, and {id:?} in its manifest");
                return Err(reader.nonsense(what));
            }
            values::check_schema(schema).map_err(|error| reader.nonsense(error.to_string()))?;
            Ok(about)
        };
        self.call(plugin, &plugin.installed.digest, 0, question, check).await
    }

    async fn ask_check(
        &self,
        plugin: &Arc<Plugin>,
        input: RenderInput,
    ) -> Result<Vec<Failure>, Error> {
        let check = match &plugin.code {
            Code::Blueprint { check: Some(check), .. } => check,
            Code::Blueprint { check: None, .. } => return Ok(Vec::new()),
            Code::Control { .. } | Code::UpdateChecker { .. } => {
                return Err(other_world(plugin, World::Blueprint));
            }
        };
        let (input, sum) = v1::render_input(input);
        let question = ask::Check(check.clone(), input);
        self.call(plugin, &sum.digest(), 0, question, |_, answer, _| {
            Ok(answer.into_iter().map(v1::failure).collect())
        })
        .await
    }

    async fn ask_render(
        &self,
        plugin: &Arc<Plugin>,
        input: RenderInput,
    ) -> Result<Rendered, Error> {
        let Code::Blueprint { blueprint, .. } = &plugin.code else {
            return Err(other_world(plugin, World::Blueprint));
        };
        let (input, sum) = v1::render_input(input);
        let question = ask::Render(blueprint.clone(), input);
        self.call(plugin, &sum.digest(), 0, question, |plugin, answer, course| {
            let texts = answer.map_err(|failure| Error::Refused(v1::failure(failure)))?;
            let mut output = Sum::default();
            output.texts(texts.iter());
            let trace = course.trace(output.digest());
            let objects = Reader { plugin: &plugin.name() }.objects(&texts)?;
            Ok(Rendered { objects, trace })
        })
        .await
    }

    async fn ask_step(&self, plugin: &Arc<Plugin>, input: &StepInput) -> Result<Stepped, Error> {
        let Code::Control { control, .. } = &plugin.code else {
            return Err(other_world(plugin, World::Control));
        };
        let now = input.now_unix_milliseconds;
        let input = v1::step_input(input);
        let sum = v1::sum_of_step(&input).digest();
        let question = ask::Step(control.clone(), input);
        self.call(plugin, &sum, now, question, |plugin, answer, course| {
            let output = answer.map_err(|failure| Error::Refused(v1::failure(failure)))?;
            let trace = course.trace(v1::sum_of_output(&output).digest());
            v1::stepped(&Reader { plugin: &plugin.name() }, output, trace)
        })
        .await
    }
}

pub(crate) fn other_world(plugin: &Plugin, wanted: World) -> Error {
    let is = plugin.installed.world.spoken();
    unfit(format!("{} is {is}, and {} is needed here.", plugin.name(), wanted.spoken()))
}
