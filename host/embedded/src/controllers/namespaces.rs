//! The namespaces that every cluster has.

use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::{ObjectMeta, PostParams};

use super::world::{LEASES, World};
use super::{Error, Next};

const ALWAYS: [&str; 3] = ["default", "kube-system", LEASES];

pub(crate) async fn look(world: &World) -> Result<Next, Error> {
    let api: Api<Namespace> = Api::all(world.client.clone());
    for name in ALWAYS {
        if world.namespaces.get(&(String::new(), name.to_owned())).is_some() {
            continue;
        }
        let metadata = ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() };
        let namespace = Namespace { metadata, ..Namespace::default() };
        match api.create(&PostParams::default(), &namespace).await {
            Err(kube::Error::Api(status)) if status.is_already_exists() => {}
            made => drop(made?),
        }
    }
    Ok(Next::Settled)
}
