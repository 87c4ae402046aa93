//! Making installed plugins ready again: at each start, and when the rules about their sources have changed.

use slipway_model::plan;
use slipway_registry::layout;
use slipway_registry::name::Target;
use slipway_store::Reads;
use slipway_store::record::{PLUGINS, Plugin};

use super::shelf;
use crate::market::kept;
use crate::trust::Rules;
use crate::{Error, Platform};

impl Platform {
    /// Makes every installed plugin ready. One that cannot be is logged and does not stop the others.
    pub async fn plugins_load(&self) -> Result<(), Error> {
        for (_, plugin) in self.store.read()?.all(&PLUGINS, "")? {
            if let Err(error) = self.load(&plugin).await {
                tracing::error!(plugin = %plugin.name, digest = %plugin.digest, error = %error, "a plugin cannot be loaded");
            }
        }
        Ok(())
    }

    /// Makes a plugin ready with what it was granted, if its source is still trusted.
    pub(crate) async fn load(&self, plugin: &Plugin) -> Result<(), Error> {
        if let Err(error) = self.judge(plugin) {
            if let Error::Plan(plan::Error::Barred(reason)) = &error {
                self.workshop.bar(&plugin.digest, reason.clone());
            }
            return Err(error);
        }
        if !self.workshop.recall(&plugin.digest).await? {
            let component = self.code(plugin).await?;
            self.workshop.take_in(component).await?;
        }
        if plugin.is_accepted {
            self.workshop.permit(&plugin.digest, plugin.grant.clone())?;
        }
        Ok(())
    }

    /// Whether a plugin may run by the rules of now, and so what it was made of.
    fn judge(&self, plugin: &Plugin) -> Result<(), Error> {
        let reader = self.store.read()?;
        let rules = Rules::read(&reader)?;
        let mut next = Some(plugin.clone());
        while let Some(plugin) = next {
            rules.judge(&plugin).map_err(plan::Error::Barred)?;
            next = match &plugin.base {
                Some(base) => reader.get(&PLUGINS, base.as_str())?,
                None => None,
            };
        }
        Ok(())
    }

    /// The code of what was installed, whatever its tag names by now.
    pub(crate) async fn code(&self, plugin: &Plugin) -> Result<Vec<u8>, Error> {
        let (repository, tag) = if plugin.projects.is_empty() {
            shelf(plugin.kind, &plugin.name, &plugin.version)?
        } else {
            kept(&plugin.digest)?
        };
        let (digest, most) = ((&plugin.digest).into(), layout::LARGEST_COMPONENT_BYTES);
        if let Some(content) = self.registry.read_blob(&repository, &digest, most).await? {
            return Ok(content);
        }
        let component = self.registry.component(&repository, &Target::Tag(tag.clone())).await?;
        if component.digest == plugin.digest {
            return Ok(component.content);
        }
        Err(Error::Conflict(format!(
            "{repository}:{tag} in the registry is another component than the one that was installed"
        )))
    }
}
