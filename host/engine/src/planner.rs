//! The planner port, answered by plugins.

use std::sync::Arc;

use async_trait::async_trait;
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::health::rules::Rules;
use slipway_model::plan::{
    BlueprintDescription, ControlDescription, Error, Failure, Planner, RenderInput, Rendered,
    StepInput, Stepped, Trace,
};
use slipway_model::values;

use crate::call::Called;
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
        let learn = async || {
            let asked = Arc::clone(plugin);
            let question = ask::AboutBlueprint(blueprint.clone());
            self.call(plugin, &plugin.installed.digest, 0, question, move |called| {
                let name = asked.name();
                let reader = Reader { plugin: &name };
                let about = v1::about_blueprint(&reader, called.answer)?;
                check_description(&asked, &reader, &about.name, &about.values_schema)?;
                Ok(about)
            })
            .await
        };
        description.get_or_try_init(learn).await
    }

    async fn about_control(&self, plugin: &Arc<Plugin>) -> Result<ControlDescription, Error> {
        let Code::Control { control, description } = &plugin.code else {
            return Err(other_world(plugin, World::Control));
        };
        let learn = async || {
            let asked = Arc::clone(plugin);
            let question = ask::AboutControl(control.clone());
            self.call(plugin, &plugin.installed.digest, 0, question, move |called| {
                let name = asked.name();
                let reader = Reader { plugin: &name };
                let about = v1::about_control(&reader, called.answer)?;
                check_description(&asked, &reader, &about.name, &about.options_schema)?;
                Ok(about)
            })
            .await
        };
        description.get_or_try_init(learn).await.cloned()
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
        self.call(plugin, &sum.digest(), 0, question, |called| {
            Ok(called.answer.into_iter().map(v1::failure).collect())
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
        let (asked, sum) = (Arc::clone(plugin), sum.digest());
        let question = ask::Render(blueprint.clone(), input);
        self.call(plugin, &sum.clone(), 0, question, move |called| {
            let Called { answer, log, microseconds } = called;
            let texts = answer.map_err(|failure| Error::Refused(v1::failure(failure)))?;
            let mut output = Sum::default();
            output.texts(texts.iter());
            let trace = Trace {
                plugin: asked.installed.digest.clone(),
                input: sum,
                output: output.digest(),
                microseconds,
                log,
            };
            let objects = Reader { plugin: &asked.name() }.objects(&texts)?;
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
        let (asked, sum) = (Arc::clone(plugin), v1::sum_of_step(&input).digest());
        let question = ask::Step(control.clone(), input);
        self.call(plugin, &sum.clone(), now, question, move |called| {
            let Called { answer, log, microseconds } = called;
            let output = answer.map_err(|failure| Error::Refused(v1::failure(failure)))?;
            let trace = Trace {
                plugin: asked.installed.digest.clone(),
                input: sum,
                output: v1::sum_of_output(&output).digest(),
                microseconds,
                log,
            };
            v1::stepped(&Reader { plugin: &asked.name() }, output, trace)
        })
        .await
    }
}

pub(crate) fn other_world(plugin: &Plugin, wanted: World) -> Error {
    let is = plugin.installed.world.spoken();
    unfit(format!("{} is {is}, and {} is needed here.", plugin.name(), wanted.spoken()))
}

/// What a plugin says of itself must agree with its manifest, and its schema must be one.
pub(crate) fn check_description(
    plugin: &Plugin,
    reader: &Reader<'_>,
    name: &str,
    schema: &serde_json::Value,
) -> Result<(), Error> {
    let id = plugin.installed.manifest.id.as_str();
    if name != id {
        let what = format!("it calls itself {name:?}, and {id:?} in its manifest");
        return Err(reader.nonsense(what));
    }
    values::check_schema(schema).map_err(|error| reader.nonsense(error.to_string()))
}
