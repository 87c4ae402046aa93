//! Connecting: from a kubeconfig that somebody gave us to a client, without reading anything else.

use kube::Client;
use kube::client::ClientBuilder;
use kube::config::{KubeConfigOptions, Kubeconfig};
use tower::layer::layer_fn;

use crate::in_time::InTime;

/// Why a kubeconfig cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not YAML, or not of the shape.
    #[error("this is no kubeconfig: {0}")]
    Unreadable(String),
    /// It would make the host run a program or read a file of the host's machine.
    #[error(
        "the kubeconfig's user {user:?} uses {what}; only credentials that are inside the file are taken"
    )]
    OutsideCredentials { user: String, what: &'static str },
    /// Its current context names things that it does not hold.
    #[error("the kubeconfig cannot be used: {0}")]
    Unusable(String),
}

/// A client for the current context of a kubeconfig.
///
/// A kubeconfig can name programs to run (`exec`) and files to read. Whoever adds a cluster over the API
/// must not get either on the host's machine, so both are refused.
pub async fn client_from_kubeconfig(yaml: &str) -> Result<Client, Error> {
    let config: Kubeconfig =
        Kubeconfig::from_yaml(yaml).map_err(|error| Error::Unreadable(error.to_string()))?;
    refuse_outside(&config)?;
    let options = KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(config, &options)
        .await
        .map_err(|error| Error::Unusable(error.to_string()))?;
    let builder = ClientBuilder::try_from(config);
    let builder = builder.map_err(|error| Error::Unusable(error.to_string()))?;
    Ok(builder.with_layer(&layer_fn(InTime)).build())
}

fn refuse_outside(config: &Kubeconfig) -> Result<(), Error> {
    for cluster in &config.clusters {
        if cluster.cluster.as_ref().is_some_and(|it| it.certificate_authority.is_some()) {
            let what = "a certificate file (use certificate-authority-data)";
            return Err(Error::OutsideCredentials { user: cluster.name.clone(), what });
        }
    }
    for user in &config.auth_infos {
        let Some(auth) = &user.auth_info else { continue };
        let outside = [
            (auth.exec.is_some(), "a program (exec)"),
            (auth.auth_provider.is_some(), "an auth provider"),
            (auth.token_file.is_some(), "a token file"),
            (auth.client_certificate.is_some(), "a certificate file (use client-certificate-data)"),
            (auth.client_key.is_some(), "a key file (use client-key-data)"),
        ];
        if let Some((_, what)) = outside.iter().find(|(used, _)| *used) {
            return Err(Error::OutsideCredentials { user: user.name.clone(), what });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_kubeconfig_cannot_make_the_host_run_a_program() {
        let yaml = "apiVersion: v1\nkind: Config\ncurrent-context: a\n\
            contexts: [{name: a, context: {cluster: c, user: u}}]\n\
            clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n\
            users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: id}}}]\n";
        let refused = client_from_kubeconfig(yaml).await.map(|_| ());
        assert!(matches!(refused, Err(Error::OutsideCredentials { .. })), "{refused:?}");
    }

    #[tokio::test]
    async fn other_text_is_no_kubeconfig() {
        let refused = client_from_kubeconfig("- hello").await.map(|_| ());
        assert!(matches!(refused, Err(Error::Unreadable(_))), "{refused:?}");
    }
}
