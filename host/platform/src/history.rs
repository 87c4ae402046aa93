//! History: revisions, operations, and what two revisions differ in.

use slipway_model::access::Action;
use slipway_model::page::{Page, PageRequest};
use slipway_store::record::{Deployment, OPERATIONS, Operation, REVISIONS, Revision};
use slipway_store::{Error as StoreError, Reads};

use crate::plan_change::{Difference, difference};
use crate::{Caller, Error, Platform};

pub(crate) fn revision_key(deployment: &str, number: u64) -> String {
    format!("{deployment}/{number:010}")
}

/// One page of a scan, which is asked for one record more than is shown.
pub(crate) fn page<T>(
    request: &PageRequest,
    scan: impl FnOnce(Option<&str>, usize) -> Result<Vec<(String, T)>, StoreError>,
) -> Result<Page<T>, Error> {
    let mut found = scan(request.after.as_deref(), request.limit + 1)?;
    let has_more = found.len() > request.limit;
    found.truncate(request.limit);
    let next = if has_more { found.last().map(|(key, _)| key.clone()) } else { None };
    Ok(Page { items: found.into_iter().map(|(_, it)| it).collect(), next })
}

/// A page of what lies below `prefix`, newest first; cursors are keys without the prefix.
fn newest<T>(
    request: &PageRequest,
    prefix: &str,
    scan: impl FnOnce(Option<&str>, usize) -> Result<Vec<(String, T)>, StoreError>,
) -> Result<Page<T>, Error> {
    let after = request.after.as_ref().map(|it| format!("{prefix}{it}"));
    let request = PageRequest { after, limit: request.limit };
    let mut listed = page(&request, scan)?;
    listed.next = listed.next.map(|it| it[prefix.len()..].to_owned());
    Ok(listed)
}

impl Platform {
    /// Revisions, newest first.
    pub fn revision_list(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        request: &PageRequest,
    ) -> Result<(Deployment, Page<Revision>), Error> {
        let (_, deployment) = self.deployment(caller, Action::View, project, name)?;
        let reader = self.store.read()?;
        let prefix = format!("{}/", deployment.id);
        let listed = newest(request, &prefix, |before, limit| {
            reader.scan_back(&REVISIONS, &prefix, before, limit)
        })?;
        Ok((deployment, listed))
    }

    /// What changes from one revision to another.
    pub async fn revision_diff(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        from: u64,
        to: u64,
    ) -> Result<Difference, Error> {
        let (project, deployment) = self.deployment(caller, Action::View, project, name)?;
        let from = self.draft_of(&project, &deployment, from).await?;
        let to = self.draft_of(&project, &deployment, to).await?;
        Ok(difference(Some(&from), &to))
    }

    /// Operations, newest first.
    pub fn operation_list(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        request: &PageRequest,
    ) -> Result<Page<Operation>, Error> {
        let (_, deployment) = self.deployment(caller, Action::View, project, name)?;
        let reader = self.store.read()?;
        let prefix = format!("{}/", deployment.id);
        newest(request, &prefix, |before, limit| {
            reader.scan_back(&OPERATIONS, &prefix, before, limit)
        })
    }

    /// One operation with its steps.
    pub fn operation_get(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        id: &str,
    ) -> Result<Operation, Error> {
        let (_, deployment) = self.deployment(caller, Action::View, project, name)?;
        let found = self.store.read()?.get(&OPERATIONS, &format!("{}/{id}", deployment.id))?;
        found.ok_or_else(|| Error::no("operation", id))
    }

    pub(crate) fn revision_of(
        &self,
        deployment: &Deployment,
        number: u64,
    ) -> Result<Revision, Error> {
        let found = self.store.read()?.get(&REVISIONS, &revision_key(&deployment.id, number))?;
        found.ok_or_else(|| Error::no("revision", number))
    }

    /// The last good revision before the wanted one, or simply the one before it.
    pub(crate) fn revision_before(deployment: &Deployment) -> Result<u64, Error> {
        match deployment.good_revision {
            Some(good) if good < deployment.revision => Ok(good),
            _ if deployment.revision > 1 => Ok(deployment.revision - 1),
            _ => Err(Error::Conflict("there is no revision before the first one".into())),
        }
    }
}
