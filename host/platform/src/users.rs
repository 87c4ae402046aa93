//! Accounts of the instance.

use slipway_model::access::InstanceAction;
use slipway_model::name::UserName;
use slipway_model::page::{Page, PageRequest};
use slipway_store::Reads;
use slipway_store::record::{USERS, User};

use crate::error::named;
use crate::history::page;
use crate::{Caller, Error, Platform};

impl Platform {
    /// All accounts, by name.
    pub fn user_list(&self, caller: &Caller, request: &PageRequest) -> Result<Page<User>, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let reader = self.store.read()?;
        page(request, |after, limit| reader.scan(&USERS, "", after, limit))
    }

    /// Makes an account.
    pub async fn user_create(
        &self,
        caller: &Caller,
        name: &str,
        password: &str,
        is_admin: bool,
    ) -> Result<User, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let name: UserName = named("name", name)?;
        let user = self.new_user(name, password, is_admin).await?;
        let kept = user.clone();
        self.store
            .change(caller.actor(), "user.create", user.name.to_string(), move |changes| {
                let key = kept.name.as_str();
                if changes.get(&USERS, key)?.is_some() {
                    return Err(Error::Exists { what: "user", name: key.to_owned() });
                }
                changes.put(&USERS, key, &kept).map_err(Error::from)
            })
            .await?;
        Ok(user)
    }
}
