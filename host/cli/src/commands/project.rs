//! `slipway project`: make, list, choose, delete, members.

use clap::{Args, Subcommand};
use slipway_wire::access::Role;
use slipway_wire::page::Page;
use slipway_wire::project::{Member, NewProject, NewRole, Project as Made, Quota};

use super::client;
use crate::client::Reach;
use crate::contexts::Contexts;
use crate::error::Error;
use crate::output::{self, Format, Row, age, word};

#[derive(Debug, Args)]
pub struct Project {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a project.
    Create {
        name: String,
        /// Where its apps run.
        #[arg(long)]
        cluster: Option<String>,
    },
    /// List your projects.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Say what a project may use in all; what is left out has no bound.
    Quota {
        name: String,
        #[arg(long, default_value_t = 500)]
        pods: u32,
        #[arg(long, default_value_t = 100)]
        volume_claims: u32,
        /// In thousandths of a core.
        #[arg(long, value_name = "MILLICORES")]
        cpu: Option<u32>,
        #[arg(long, value_name = "MEBIBYTES")]
        memory: Option<u32>,
        #[arg(long, value_name = "GIBIBYTES")]
        storage: Option<u32>,
        /// What its repositories may keep in this instance's registry.
        #[arg(long, value_name = "MEBIBYTES")]
        registry: Option<u32>,
    },
    /// Make it the project that commands mean.
    Use { name: String },
    /// Delete an empty project.
    Delete { name: String },
    /// List who is in the project.
    Members {
        name: String,
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Let somebody in, or give another role: viewer, deployer, owner.
    Grant { name: String, user: String, role: String },
    /// Let a member go.
    Revoke { name: String, user: String },
}

pub async fn project(project: Project) -> Result<(), Error> {
    let client = client(&project.reach)?;
    match project.verb {
        Verb::Create { name, cluster } => {
            let new = NewProject { name, cluster };
            let made: Made = client.post("/api/v1/projects", &new).await?;
            eprintln!("made project {} on cluster {}", made.name, made.cluster);
            eprintln!("hint: slipway project use {}", made.name);
        }
        Verb::Quota { name, pods, volume_claims, cpu, memory, storage, registry } => {
            let quota = Quota {
                pods,
                volume_claims,
                cpu_millicores: cpu,
                memory_mebibytes: memory,
                storage_gibibytes: storage,
                registry_mebibytes: registry,
            };
            let made: Made = client.put(&format!("/api/v1/projects/{name}/quota"), &quota).await?;
            eprintln!("project {} may have {} pods", made.name, made.quota.pods);
        }
        Verb::List { output } => {
            let mut projects: Vec<Made> = Vec::new();
            let mut path = "/api/v1/projects?limit=200".to_owned();
            loop {
                let page: Page<Made> = client.get(&path).await?;
                projects.extend(page.items);
                let Some(next) = page.next else { break };
                path = format!("/api/v1/projects?limit=200&cursor={next}");
            }
            output::list(
                output,
                (&["NAME", "ROLE", "DEPLOYMENTS", "AGE"], &["CLUSTER"]),
                &projects,
                |it| Row {
                    name: it.name.clone(),
                    cells: vec![word(&it.role), it.deployments.to_string(), age(&it.created_at)],
                    more: vec![it.cluster.clone()],
                },
            );
        }
        Verb::Use { name } => {
            let _: Made = client.get(&format!("/api/v1/projects/{name}")).await?;
            choose(&project.reach, &name)?;
            eprintln!("commands mean project {name} now");
        }
        Verb::Delete { name } => {
            client.delete(&format!("/api/v1/projects/{name}")).await?;
            eprintln!("deleted project {name}");
        }
        Verb::Members { name, output } => {
            let members: Vec<Member> =
                client.get(&format!("/api/v1/projects/{name}/members")).await?;
            output::list(output, (&["USER", "ROLE"], &[]), &members, |it| Row {
                name: it.user.clone(),
                cells: vec![word(&it.role)],
                more: Vec::new(),
            });
        }
        Verb::Grant { name, user, role } => {
            let role = read_role(&role)?;
            let path = format!("/api/v1/projects/{name}/members/{user}");
            let _: Member = client.put(&path, &NewRole { role }).await?;
            eprintln!("{user} is now {} of {name}", word(&role));
        }
        Verb::Revoke { name, user } => {
            client.delete(&format!("/api/v1/projects/{name}/members/{user}")).await?;
            eprintln!("{user} is no member of {name} any more");
        }
    }
    Ok(())
}

fn choose(reach: &Reach, name: &str) -> Result<(), Error> {
    let mut contexts = Contexts::load(reach.config.as_ref())?;
    let current = reach.context.clone().or_else(|| contexts.current_context.clone());
    let context = contexts.contexts.iter_mut().find(|it| Some(&it.name) == current.as_ref());
    context.ok_or(Error::NoContext)?.project = Some(name.to_owned());
    contexts.save(reach.config.as_ref())
}

fn read_role(text: &str) -> Result<Role, Error> {
    serde_json::from_value(text.into()).map_err(|_| {
        Error::Usage(format!("{text:?} is no role; there are viewer, deployer and owner"))
    })
}
