//! A container that runs from its beginning to its end.

use std::sync::atomic::Ordering;

use wasmtime_wasi::I32Exit;

use super::preparing::Prepared;
use crate::node::log::Source;
use crate::node::meter::Metered;
use crate::node::program::Program;

/// Runs it; answers with its exit code, the reason and words.
pub(super) async fn run(prepared: &Prepared) -> (i32, &'static str, String) {
    let Program::Command(pre) = &*prepared.program else {
        return (1, "Error", "the program is no command".into());
    };
    let setting = &prepared.setting;
    let guest = async {
        let mut store = setting.store(pre.engine()).await;
        let command = pre.instantiate_async(&mut store).await?;
        command.wasi_cli_run().call_run(&mut store).await
    };
    let guest = Metered::new(guest, setting.meter.clone(), setting.ticker.clone());
    match guest.await {
        Ok(Ok(())) => (0, "Completed", String::new()),
        Ok(Err(())) => (1, "Error", String::new()),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(I32Exit(0)) => (0, "Completed", String::new()),
            Some(I32Exit(code)) => (*code, "Error", String::new()),
            None => {
                setting.log.line(Source::Error, format!("{error:?}").as_bytes());
                trapped(setting.starved.load(Ordering::Relaxed), &error)
            }
        },
    }
}

fn trapped(starved: bool, error: &wasmtime::Error) -> (i32, &'static str, String) {
    if starved {
        let message = "it asked for more memory than resources.limits.memory allows";
        return (137, "OOMKilled", message.into());
    }
    (134, "Error", format!("{:#}", error.root_cause()))
}
