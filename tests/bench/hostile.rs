//! `cargo xtask bench hostile [ATTACK...]`: what others on a server notice while a hostile blueprint computes without end, hoards memory and answers too much.
//!
//! Five failures in a row would put it to rest. So its callers are four, and each asks something that it answers well after each attack:
//! it never rests, which is worse than a plugin alone can be. Beside it in the table: the same neighbours beside nobody, and beside a
//! blueprint that does its work, called as often by as many; in turns, since cores that are shared with others change their pace. Nobody is
//! there twice: what the two differ by is noise.

#![allow(clippy::panic, reason = "a wrong answer ends a measurement")]

#[path = "figures.rs"]
mod figures;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;
use slipway_tests::{Api, Host, guest, use_release_binary};

use crate::figures::{Table, Times};

/// One fewer than the failures in a row that put a plugin to rest.
const ATTACKERS: usize = 4;
const ATTACKS: &[&str] = &["loop", "memory", "million-objects", "huge-answer"];
const TURNS: usize = 5;
/// In each turn.
const ROUNDS: usize = 300;
const PAUSE: Duration = Duration::from_millis(10);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    use_release_binary();
    let host = Host::start();
    let cli = host.cli();
    cli.say(&["plugin", "install", "--yes", &guest("hostile").display().to_string()]).ok();
    for project in ["ours", "theirs"] {
        cli.say(&["project", "create", project]).ok();
    }
    cli.say(&["deploy", "web", "-b", "hello-web", "-p", "ours", "--wait"]).ok();
    let api = host.nobody().sign_in("ada", "correct horse battery").await;

    let named: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let is_named = |attack: &&str| named.is_empty() || named.iter().any(|it| it == attack);
    let attacks = ATTACKS.iter().copied().filter(is_named).collect();

    let neighbours = Neighbours { host: &host, api: &api, client: reqwest::Client::new() };
    let (mut attacked, mut used) = (Figures::default(), Figures::default());
    let mut quiet = [Figures::default(), Figures::default()];
    let (mut all_calls, mut all_took) = (0, Duration::ZERO);
    for _ in 0..TURNS {
        neighbours.measure(&mut quiet[0]).await;
        let attacks = Guests::Hostile { attacks: Arc::clone(&attacks) };
        let (calls, took) = neighbours.beside(attacks, &mut attacked).await;
        neighbours.measure(&mut quiet[1]).await;
        let pace = took / u32::try_from(calls / ATTACKERS as u64)?.max(1);
        neighbours.beside(Guests::Honest { pace }, &mut used).await;
        (all_calls, all_took) = (all_calls + calls, all_took + took);
    }

    let mut table = Table::headed([
        "what others ask",
        "beside a hostile plugin",
        "beside one that works, called as often",
        "beside nobody, the odd turns and the even ones",
    ]);
    let [odd, even] = quiet;
    for (at, what) in ASKED.into_iter().enumerate() {
        let times = |figures: &Figures| Times::new(figures[at].clone()).to_string();
        let alone = format!("{}; {}", times(&odd), times(&even));
        table.row(what, times(&attacked), times(&used), &alone);
    }
    println!(
        "{table}\n{all_calls} hostile calls were answered in {:.0} s, by {ATTACKERS} callers at once.",
        all_took.as_secs_f64()
    );
    Ok(())
}

/// What three of them wait for: a page, a preview (two calls of a plugin), and an app.
const ASKED: [&str; 3] = [
    "a deployment, read",
    "a preview of a change (its blueprint is called)",
    "a page of an app that runs",
];

/// Of each of these.
type Figures = [Vec<Duration>; ASKED.len()];

/// Who is on the server meanwhile. Its client keeps its connections: making a client anew computes for longer than the server does.
struct Neighbours<'a> {
    host: &'a Host,
    api: &'a Api,
    client: reqwest::Client,
}

impl Neighbours<'_> {
    async fn measure(&self, figures: &mut Figures) {
        let page = "/api/v1/projects/ours/deployments/web";
        let preview = "/api/v1/projects/ours/deployments/web/revisions?dryRun=true";
        let change = json!({"values": {"greeting": "Other"}});
        let [pages, previews, apps] = figures;
        for _ in 0..ROUNDS {
            pages.push(timed(async { self.api.get(page).await.expect(200) }).await);
            previews.push(timed(async { self.api.post(preview, &change).await.expect(200) }).await);
            apps.push(timed(self.app()).await);
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn app(&self) -> String {
        let answer = self.host.ask_app(&self.client, "web", "ours").send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status).expect("the app answers");
        answer.text().await.expect("it is a page")
    }

    /// How many calls were answered meanwhile, and the time that all took.
    async fn beside(&self, guests: Guests, figures: &mut Figures) -> (u64, Duration) {
        let (over, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let begun = Instant::now();
        let mut callers = Vec::new();
        for number in 0..ATTACKERS {
            let (api, over, calls, guests) =
                (self.api.clone(), over.clone(), calls.clone(), guests.clone());
            callers.push(tokio::spawn(async move {
                for round in number.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    match &guests {
                        Guests::Hostile { attacks } => attack(&api, attacks, round).await,
                        Guests::Honest { pace } => {
                            let wake = tokio::time::Instant::now() + *pace;
                            use_well(&api).await;
                            tokio::time::sleep_until(wake).await;
                        }
                    }
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        self.measure(figures).await;
        over.store(true, Ordering::Relaxed);
        for caller in callers {
            caller.await.expect("it ends");
        }
        (calls.load(Ordering::Relaxed), begun.elapsed())
    }
}

async fn timed<T>(asked: impl Future<Output = T>) -> Duration {
    let begun = Instant::now();
    asked.await;
    begun.elapsed()
}

/// Whose plugin is called meanwhile.
#[derive(Clone)]
enum Guests {
    Hostile {
        attacks: Arc<[&'static str]>,
    },
    /// One call of each caller in so much time.
    Honest {
        pace: Duration,
    },
}

async fn attack(api: &Api, attacks: &[&str], round: usize) {
    // What it answers well lets it go on.
    let behaviour =
        if round.is_multiple_of(2) { "random" } else { attacks[(round / 2) % attacks.len()] };
    let values = json!({"behaviour": behaviour});
    let body = json!({"name": "bad", "blueprint": "hostile", "values": values});
    let answer = api.post("/api/v1/projects/theirs/deployments?dryRun=true", &body).await;
    // Refused at once, its callers would be a flood of another kind than the one that is measured.
    assert_ne!(answer.status, 503, "the hostile plugin rests: {}", answer.body);
}

async fn use_well(api: &Api) {
    let body = json!({"name": "good", "blueprint": "hello-web", "values": {"greeting": "Hello"}});
    api.post("/api/v1/projects/theirs/deployments?dryRun=true", &body).await.expect(200);
}
