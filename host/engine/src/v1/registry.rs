//! `slipway:registry`: what an update checker asks of registries.

use slipway_model::update::NoAnswer;
use wasmtime::Result;
use wasmtime::component::{HasSelf, Linker};

use super::update_checker::slipway::registry::registry::{self, Failure, Host};
use crate::guest::Guest;

type Answer<T> = std::result::Result<T, Failure>;

pub fn add_to_linker(linker: &mut Linker<Guest>) -> Result<()> {
    registry::add_to_linker::<_, HasSelf<_>>(linker, |guest| guest)
}

impl Host for Guest {
    async fn tags(&mut self, repository: String) -> Result<Answer<Vec<String>>> {
        let Some(lookout) = &mut self.lookout else { return Ok(Err(not_now())) };
        Ok(lookout.tags(&repository).await.map_err(failure))
    }

    async fn resolve(&mut self, reference: String) -> Result<Answer<String>> {
        let Some(lookout) = &mut self.lookout else { return Ok(Err(not_now())) };
        Ok(lookout.resolve(&reference).await.map_err(failure))
    }

    async fn created(&mut self, reference: String) -> Result<Answer<Option<u64>>> {
        let Some(lookout) = &mut self.lookout else { return Ok(Err(not_now())) };
        Ok(lookout.created(&reference).await.map_err(failure))
    }
}

/// What a plugin says of itself is the same everywhere, so it cannot depend on a registry.
fn not_now() -> Failure {
    let message = "Registries can be looked at within `check` only.".to_owned();
    Failure { code: "not-granted".into(), message }
}

fn failure(no: NoAnswer) -> Failure {
    let NoAnswer { code, message } = no;
    Failure { code, message }
}
