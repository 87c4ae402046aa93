//! Looking into the cluster: objects, events, figures and logs of one deployment.

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use slipway_model::access::Action;
use slipway_model::cluster::{Error as ClusterError, Event, LogRequest, PodUsage};
use slipway_model::plan::Observed;

use crate::{Caller, Error, Platform};

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub pod: String,
    /// RFC 3339; empty where the cluster gave none.
    pub at: String,
    pub line: String,
}

impl Platform {
    /// The deployment's objects with their verdicts.
    pub async fn object_list(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Vec<Observed>, Error> {
        let (project, deployment) = self.deployment(caller, Action::View, project, name)?;
        let cluster = self.clusters.get(&project.cluster)?;
        Ok(cluster.objects(&project.name, &deployment.name).await?)
    }

    /// The events of its objects, newest first.
    pub async fn event_list(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Vec<Event>, Error> {
        let (project, deployment) = self.deployment(caller, Action::View, project, name)?;
        let cluster = self.clusters.get(&project.cluster)?;
        Ok(cluster.events(&project.name, &deployment.name).await?)
    }

    /// What its pods use; none where the cluster has no figures.
    pub async fn usage(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Option<Vec<PodUsage>>, Error> {
        let (project, deployment) = self.deployment(caller, Action::View, project, name)?;
        let cluster = self.clusters.get(&project.cluster)?;
        match cluster.usage(&project.name, &deployment.name).await {
            Ok(usage) => Ok(Some(usage)),
            Err(ClusterError::NotOffered { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Lines of one pod, or of all pods of the deployment as they come.
    pub async fn log_lines(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        request: LogRequest,
    ) -> Result<BoxStream<'static, Result<LogLine, ClusterError>>, Error> {
        let (project, deployment) = self.deployment(caller, Action::View, project, name)?;
        let cluster = self.clusters.get(&project.cluster)?;
        let objects = cluster.objects(&project.name, &deployment.name).await?;
        let own = objects.iter().filter(|it| it.object.kind() == "Pod").map(|it| it.object.name());
        let pods: Vec<String> = if request.pod.is_empty() {
            own.map(str::to_owned).collect()
        } else {
            // Another deployment's pod in the same namespace is not part of this one.
            own.filter(|it| *it == request.pod).map(str::to_owned).collect()
        };
        if pods.is_empty() {
            return Err(Error::no("pod", if request.pod.is_empty() { name } else { &request.pod }));
        }
        let mut streams = Vec::new();
        for pod in pods {
            let one = LogRequest { pod: pod.clone(), ..request.clone() };
            match cluster.logs(&project.name, one).await {
                Ok(lines) => {
                    streams.push(lines.map(move |line| line.map(|it| read(&pod, &it))).boxed());
                }
                // Of many pods one that has not begun yet does not hide the others.
                Err(_) if request.pod.is_empty() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(stream::select_all(streams).boxed())
    }
}

/// Takes the timestamp off that the API server puts in front of each line.
fn read(pod: &str, text: &str) -> LogLine {
    let (at, line) = match text.split_once(' ') {
        Some((at, line)) if at.len() >= 20 && at.ends_with('Z') => (at, line),
        _ => ("", text),
    };
    LogLine { pod: pod.to_owned(), at: at.to_owned(), line: line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timestamp_is_told_from_the_line() {
        let line = read("a", "2026-11-21T12:00:00.123456789Z hello world");
        assert_eq!(
            (line.at.as_str(), line.line.as_str()),
            ("2026-11-21T12:00:00.123456789Z", "hello world")
        );
        assert_eq!(read("a", "no time here").line, "no time here");
    }
}
