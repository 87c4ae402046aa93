//! The update port, answered by plugins.

use std::sync::Arc;

use async_trait::async_trait;
use slipway_model::digest::Digest;
use slipway_model::image::ImageRef;
use slipway_model::plan::{Error, Failure};
use slipway_model::update::{CheckInput, Checked, CheckerDescription, Registries, UpdateCheckers};

use crate::engine::Engine;
use crate::lookout::Lookout;
use crate::output::Reader;
use crate::planner::other_world;
use crate::plugin::{Code, Plugin, World};
use crate::v1::{self, ask};

#[async_trait]
impl UpdateCheckers for Engine {
    async fn update_checker(&self, checker: &Digest) -> Result<CheckerDescription, Error> {
        self.about_checker(&self.plugin(checker)?).await
    }

    async fn look_for_update(
        &self,
        checker: &Digest,
        input: CheckInput,
        registries: Arc<dyn Registries>,
    ) -> Result<Checked, Error> {
        let plugin = self.plugin(checker)?;
        self.judged(&plugin, self.ask_update(&plugin, input, registries).await)
    }
}

impl Engine {
    pub(crate) async fn about_checker(
        &self,
        plugin: &Arc<Plugin>,
    ) -> Result<CheckerDescription, Error> {
        let Code::UpdateChecker { checker, description } = &plugin.code else {
            return Err(other_world(plugin, World::UpdateChecker));
        };
        let learn = || {
            let question = ask::AboutChecker(checker.clone());
            self.learn(plugin, question, v1::about_checker, |it| (&it.name, &it.policy_schema))
        };
        description.get_or_try_init(learn).await.cloned()
    }

    async fn ask_update(
        &self,
        plugin: &Arc<Plugin>,
        input: CheckInput,
        registries: Arc<dyn Registries>,
    ) -> Result<Checked, Error> {
        let Code::UpdateChecker { checker, .. } = &plugin.code else {
            return Err(other_world(plugin, World::UpdateChecker));
        };
        let current: ImageRef = input.current.parse().map_err(|error| {
            Error::Refused(Failure {
                code: "invalid-reference".into(),
                message: format!("{error}."),
                field: None,
                hint: None,
            })
        })?;
        let lookout = Lookout::new(registries, current, &plugin.grant().hosts);
        let now = input.now_unix_milliseconds;
        let input = v1::check_input(input);
        let sum = v1::sum_of_check(&input).digest();
        let _turn = self.looking.acquire().await.expect("the semaphore is never closed");
        let question = ask::Look(checker.clone(), input, lookout);
        self.call(plugin, &sum, now, question, |plugin, answer, course| {
            let answer = answer.map_err(|failure| Error::Refused(v1::failure(failure)))?;
            let trace = course.trace(v1::sum_of_candidate(answer.as_ref()).digest());
            let reader = Reader { plugin: &plugin.name() };
            let candidate = answer.map(|it| v1::candidate(&reader, it)).transpose()?;
            Ok(Checked { candidate, trace })
        })
        .await
    }
}
