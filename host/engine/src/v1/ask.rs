//! The questions that a plugin of version 1 can be asked, each in a fresh instance.

use wasmtime::{Result, Store};

use super::blueprint::BlueprintPre;
use super::blueprint::exports::slipway::blueprint::blueprint;
use super::blueprint::slipway::types::types::Failure;
use super::config_check::ConfigCheckPre;
use super::control::ControlPre;
use super::control::exports::slipway::control::control;
use super::update_checker::UpdateCheckerPre;
use super::update_checker::exports::slipway::update_checker::update_checker;
use crate::call::Question;
use crate::guest::Guest;
use crate::lookout::Lookout;

/// What a blueprint says of itself.
pub struct AboutBlueprint(pub BlueprintPre<Guest>);

impl Question for AboutBlueprint {
    type Answer = blueprint::Description;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_blueprint_blueprint().call_describe(store).await
    }
}

/// What a control plugin says of itself.
pub struct AboutControl(pub ControlPre<Guest>);

impl Question for AboutControl {
    type Answer = control::Description;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_control_control().call_describe(store).await
    }
}

/// The objects of a deployment.
pub struct Render(pub BlueprintPre<Guest>, pub blueprint::RenderInput);

impl Question for Render {
    type Answer = std::result::Result<Vec<String>, Failure>;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_blueprint_blueprint().call_render(store, &self.1).await
    }
}

/// All that is wrong with values.
pub struct Check(pub ConfigCheckPre<Guest>, pub blueprint::RenderInput);

impl Question for Check {
    type Answer = Vec<Failure>;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        let blueprint::RenderInput { app, values, facts } = &self.1;
        instance.slipway_blueprint_config_check().call_check(store, app, values, facts).await
    }
}

/// The next step of an operation.
pub struct Step(pub ControlPre<Guest>, pub control::StepInput);

impl Question for Step {
    type Answer = std::result::Result<control::StepOutput, Failure>;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_control_control().call_step(store, &self.1).await
    }
}

/// What an update checker says of itself.
pub struct AboutChecker(pub UpdateCheckerPre<Guest>);

impl Question for AboutChecker {
    type Answer = update_checker::Description;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_update_checker_update_checker().call_describe(store).await
    }
}

/// Something newer, seen through a lookout of its own.
pub struct Look(pub UpdateCheckerPre<Guest>, pub update_checker::CheckInput, pub Lookout);

impl Question for Look {
    type Answer = std::result::Result<Option<update_checker::Candidate>, Failure>;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        store.data_mut().lookout = Some(self.2);
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_update_checker_update_checker().call_check(store, &self.1).await
    }
}
