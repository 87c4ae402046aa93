//! Healing: looks at deployments that are not well when their time has come, and begins the remedy as an operation of
//! its own, with the reason in it. The rules are in `model/healing.rs`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use slipway_model::access::Action;
use slipway_model::healing::{Healing, MOST_TRIES, Next, Patient, Remedy};
use slipway_model::operation::OperationKind;
use slipway_store::Reads;
use slipway_store::record::{DEPLOYMENTS, Deployment, PROJECTS, REVISIONS};
use tokio::sync::Notify;

use crate::deployments::Detail;
use crate::feed::News;
use crate::history::revision_key;
use crate::operate::key;
use crate::{Caller, Error, Platform};

/// Looked at least so often, should a clock have jumped.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Deployments that are to be looked at: key and time, in milliseconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Ward {
    due: Mutex<HashMap<String, u64>>,
    changed: Notify,
}

impl Ward {
    fn set(&self, key: String, at: u64) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).insert(key, at);
        self.changed.notify_one();
    }

    /// Takes what is due now; and when the next one is.
    fn take(&self, now: u64) -> (Vec<String>, Option<u64>) {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let ready: Vec<String> =
            due.iter().filter(|(_, at)| **at <= now).map(|(key, _)| key.clone()).collect();
        due.retain(|_, at| *at > now);
        (ready, due.values().min().copied())
    }
}

impl Platform {
    /// Heals until the platform is let go.
    pub fn heal(self: &Arc<Self>) -> Result<(), Error> {
        for (_, deployment) in self.store.read()?.all(&DEPLOYMENTS, "")? {
            self.admit(&deployment);
        }
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let cancel = platform.cancel.clone();
            cancel.run_until_cancelled(platform.rounds()).await;
        });
        Ok(())
    }

    /// Remembers when a deployment is to be looked at, if at all.
    pub(crate) fn admit(&self, deployment: &Deployment) {
        match patient(deployment).next(self.now()) {
            Next::Nothing => {}
            Next::At(at) => self.ward.set(key(deployment), at),
            Next::Do(_) => self.ward.set(key(deployment), self.now()),
        }
    }

    async fn rounds(&self) {
        loop {
            let changed = self.ward.changed.notified();
            let (ready, next) = self.ward.take(self.now());
            for key in ready {
                if let Err(error) = self.treat(&key).await {
                    tracing::warn!(deployment = key, error = %error, "healing did not succeed and is tried again");
                    self.ward.set(key, self.now() + 10_000);
                }
            }
            let wait = next.map_or(LOOK_AGAIN, |at| {
                Duration::from_millis(at.saturating_sub(self.now())).min(LOOK_AGAIN)
            });
            let _ = tokio::time::timeout(wait, changed).await;
        }
    }

    async fn treat(&self, key: &str) -> Result<(), Error> {
        let Some(deployment) = self.store.read()?.get(&DEPLOYMENTS, key)? else { return Ok(()) };
        let now = self.now();
        let mut patient = patient(&deployment);
        patient.is_insisted_on = self.is_insisted_on(&deployment)?;
        let remedy = match patient.next(now) {
            Next::Nothing => return Ok(()),
            Next::At(at) => {
                self.ward.set(key.to_owned(), at);
                return Ok(());
            }
            Next::Do(remedy) => remedy,
        };
        let project = self.store.read()?.get(&PROJECTS, deployment.project.as_str())?;
        let Some(project) = project else { return Ok(()) };
        let seconds = now.saturating_sub(patient.course.ill_since.unwrap_or(now)) / 1000;
        let number = patient.course.tries + 1;
        let why = format!(
            "It has not been well for {seconds} s: {} This is try {number} of {MOST_TRIES}.",
            deployment.message
        );
        tracing::info!(deployment = key, remedy = ?remedy, why, "healing");
        let caller = Caller::healing();
        let mut treated = deployment.clone();
        treated.course = patient.course.tried(remedy, now);
        match remedy {
            Remedy::Restart => {
                let begun =
                    self.operate_because(&caller, &project, &treated, OperationKind::Heal, why);
                begun.await.map(drop)
            }
            Remedy::GoBack { to } => {
                treated.went_back_from = Some(deployment.revision);
                // What did not work is no place to go back to later.
                treated.former_good = None;
                let draft = self.draft_of(&project, &treated, to).await?;
                let message = format!("Healing went back to revision {to}. {why}");
                let (kind, expected) = (OperationKind::Rollback, deployment.revision);
                let begun =
                    self.revise(&caller, &project, &treated, kind, draft, message, expected);
                begun.await.map(drop)
            }
        }
    }

    /// Whether a person went back to it, or wants again what healing took away: the same blueprint with the same values.
    fn is_insisted_on(&self, deployment: &Deployment) -> Result<bool, Error> {
        if deployment.brought_back == Some(deployment.revision) {
            return Ok(true);
        }
        let Some(from) = deployment.went_back_from else { return Ok(false) };
        let reader = self.store.read()?;
        let revision = |number| reader.get(&REVISIONS, &revision_key(&deployment.id, number));
        let (Some(left), Some(wanted)) = (revision(from)?, revision(deployment.revision)?) else {
            return Ok(false);
        };
        Ok(left.blueprint == wanted.blueprint && left.values == wanted.values)
    }

    /// Switches healing of a deployment on or off, and says after how long it begins.
    pub async fn healing_set(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        healing: Healing,
    ) -> Result<Detail, Error> {
        let (_, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        if !(5..=86_400).contains(&healing.after_seconds) {
            let message =
                format!("{} s is no budget for healing: 5 to 86400 are", healing.after_seconds);
            return Err(Error::Invalid { field: "afterSeconds", message });
        }
        let key = key(&deployment);
        let subject = key.clone();
        let both = self
            .store
            .change(caller.actor(), "deployment.healing", subject, move |changes| {
                let found = changes.get(&DEPLOYMENTS, &key)?;
                let found = found.ok_or_else(|| Error::no("deployment", &deployment.name))?;
                let changed = Deployment { healing, ..found };
                changes.put(&DEPLOYMENTS, &key, &changed)?;
                Ok::<_, Error>(changed)
            })
            .await?;
        self.admit(&both);
        let detail = self.detail(both)?;
        let told = (detail.deployment.clone(), detail.operation.clone());
        self.feed.tell(News::Deployment(Box::new(told)));
        Ok(detail)
    }
}

fn patient(deployment: &Deployment) -> Patient {
    Patient {
        healing: deployment.healing,
        course: deployment.course,
        operation: deployment.operation_kind,
        state: deployment.operation_state,
        health: deployment.workloads,
        revision: deployment.revision,
        good: deployment.good_revision,
        former_good: deployment.former_good,
        is_insisted_on: false,
    }
}
