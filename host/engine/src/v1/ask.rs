//! The questions that a plugin of version 1 can be asked, each in a fresh instance.

use wasmtime::{Result, Store};

use super::blueprint::BlueprintPre;
use super::blueprint::exports::slipway::blueprint::blueprint;
use super::blueprint::slipway::types::types::Failure;
use super::config_check::ConfigCheckPre;
use super::control::ControlPre;
use super::control::exports::slipway::control::control;
use crate::call::Question;
use crate::guest::Guest;

/// What a blueprint says of itself.
pub struct AboutBlueprint<'p>(pub &'p BlueprintPre<Guest>);

impl Question for AboutBlueprint<'_> {
    type Answer = blueprint::Description;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_blueprint_blueprint().call_describe(store).await
    }
}

/// What a control plugin says of itself.
pub struct AboutControl<'p>(pub &'p ControlPre<Guest>);

impl Question for AboutControl<'_> {
    type Answer = control::Description;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_control_control().call_describe(store).await
    }
}

/// The objects of a deployment.
pub struct Render<'p>(pub &'p BlueprintPre<Guest>, pub &'p blueprint::RenderInput);

impl Question for Render<'_> {
    type Answer = std::result::Result<Vec<String>, Failure>;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_blueprint_blueprint().call_render(store, self.1).await
    }
}

/// All that is wrong with values.
pub struct Check<'p>(pub &'p ConfigCheckPre<Guest>, pub &'p blueprint::RenderInput);

impl Question for Check<'_> {
    type Answer = Vec<Failure>;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        let blueprint::RenderInput { app, values, facts } = self.1;
        instance.slipway_blueprint_config_check().call_check(store, app, values, facts).await
    }
}

/// The next step of an operation.
pub struct Step<'p>(pub &'p ControlPre<Guest>, pub &'p control::StepInput);

impl Question for Step<'_> {
    type Answer = std::result::Result<control::StepOutput, Failure>;

    async fn ask(self, store: &mut Store<Guest>) -> Result<Self::Answer> {
        let instance = self.0.instantiate_async(&mut *store).await?;
        instance.slipway_control_control().call_step(store, self.1).await
    }
}
