//! A cluster of the simplest kind: it keeps what is applied, and prunes as the host does.

use slipway_sdk::ObjectRef;
use slipway_sdk::control::{Outcome, reference};
use slipway_sdk::prelude::*;
use slipway_sdk::testing;

use crate::{BlueGreen, Options};

pub struct Cluster {
    pub objects: Vec<Observed>,
    pub now: u64,
    /// Whether what is made gets healthy.
    pub is_well: bool,
    pub last: Decision,
    memory: Value,
    /// What was brought live last.
    good: Vec<Value>,
    step: Step<Options>,
}

impl Cluster {
    pub fn new() -> Self {
        Self {
            objects: Vec::new(),
            now: 1_000_000,
            is_well: true,
            last: Decision::done(),
            memory: Value::Null,
            good: Vec::new(),
            step: testing::step("create", Vec::new()),
        }
    }

    pub fn with(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.step.options);
        self
    }

    /// Begins an operation; [`Cluster::go`] carries it on.
    pub fn begin(&mut self, operation: &str, desired: Vec<Value>) -> &mut Self {
        self.step.operation = operation.to_owned();
        self.step.previous = self.good.clone();
        if self.good == desired {
            self.step.previous.clear();
        }
        self.step.desired = desired;
        self.step.started_unix_milliseconds = self.now;
        self.memory = Value::Null;
        self
    }

    /// Steps until nothing changes any more, as the host asks again after every change.
    pub fn go(&mut self) -> &mut Self {
        for _ in 0..20 {
            if !self.once() {
                return self;
            }
        }
        panic!("it never comes to rest: {:?}", self.last.outcome);
    }

    /// One step; whether it changed anything.
    pub fn once(&mut self) -> bool {
        let step = Step {
            observed: self.objects.clone(),
            memory: self.memory.clone(),
            now_unix_milliseconds: self.now,
            ..self.step.clone()
        };
        let decision = BlueGreen::step(&step).unwrap();
        let written = decision.apply.iter().filter(|it| self.apply(it)).count();
        let before = self.objects.len();
        self.objects.retain(|it| !decision.remove.contains(&reference(&it.object)));
        if matches!(decision.outcome, Outcome::Done) && written == 0 {
            let wanted: Vec<ObjectRef> = decision.apply.iter().map(reference).collect();
            let stays = |it: &ObjectRef| wanted.contains(it) || decision.keep.contains(it);
            self.objects.retain(|it| stays(&reference(&it.object)));
        }
        let changed = written > 0 || before != self.objects.len() || self.memory != decision.memory;
        if matches!(decision.outcome, Outcome::Done) {
            self.good.clone_from(&self.step.desired);
        }
        self.memory = decision.memory.clone();
        self.last = decision;
        changed
    }

    pub fn pass(&mut self, seconds: u64) -> &mut Self {
        self.now += seconds * 1000;
        self
    }

    fn apply(&mut self, object: &Value) -> bool {
        let mut seen = self.seen(object);
        match self.objects.iter_mut().find(|it| reference(&it.object) == reference(object)) {
            Some(live) if is_same(&live.object, object) => false,
            Some(live) => {
                std::mem::swap(live, &mut seen);
                true
            }
            None => {
                self.objects.push(seen);
                true
            }
        }
    }

    fn seen(&self, object: &Value) -> Observed {
        let mut object = object.clone();
        if object["kind"] == "Deployment" {
            let scaler = self.objects.iter().map(|it| &it.object);
            let mut scaler = scaler
                .filter(|it| it["spec"]["scaleTargetRef"]["name"] == object["metadata"]["name"]);
            let least = scaler.next().and_then(|it| it["spec"]["minReplicas"].as_u64());
            let replicas = object["spec"]["replicas"].as_u64().or(least).unwrap_or(1);
            object["status"]["availableReplicas"] = if self.is_well { replicas } else { 0 }.into();
        }
        let (health, reason) = if self.is_well || object["kind"] == "Service" {
            (Health::Healthy, "Available")
        } else {
            (Health::Progressing, "Updating")
        };
        testing::observed(&object, health, reason)
    }

    /// Somebody deletes it.
    pub fn delete(&mut self, kind: &str, name: &str) -> &mut Self {
        let is_it = |it: &Value| it["kind"] == kind && it["metadata"]["name"] == name;
        let before = self.objects.len();
        self.objects.retain(|it| !is_it(&it.object));
        assert!(self.objects.len() < before, "{kind} {name} is there");
        self
    }

    pub fn get(&self, kind: &str, name: &str) -> Option<&Value> {
        let mut objects = self.objects.iter().map(|it| &it.object);
        objects.find(|it| it["kind"] == kind && it["metadata"]["name"] == name)
    }

    /// Kinds and names, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.objects.iter().map(|it| slipway_sdk::control::title(&it.object)).collect();
        names.sort();
        names
    }

    /// Which stack answers.
    pub fn answering(&self) -> String {
        let service = self.get("Service", "web").expect("the service is there");
        service["spec"]["selector"][crate::colour::STACK].as_str().unwrap_or("none").to_owned()
    }

    pub fn is_done(&self) -> bool {
        matches!(self.last.outcome, Outcome::Done)
    }

    /// The reason of a wait or a failure.
    pub fn words(&self) -> String {
        match &self.last.outcome {
            Outcome::Done => "done".into(),
            Outcome::Wait(reason) => reason.clone(),
            Outcome::Failed(failure) => failure.message.clone(),
        }
    }
}

fn is_same(live: &Value, wanted: &Value) -> bool {
    let mut live = live.clone();
    live.as_object_mut().map(|it| it.remove("status"));
    live == *wanted
}

/// A web app of a version: workload, Service, Ingress, configuration.
pub fn app(version: &str) -> Vec<Value> {
    let labels = json!({"app": "web"});
    vec![
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"version": version}}),
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [
                {"name": "web", "image": "web", "envFrom": [{"configMapRef": {"name": "web"}}]},
            ]}},
        }}),
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"type": "NodePort", "externalTrafficPolicy": "Local", "selector": labels, "ports": [{"port": 80, "nodePort": 30080}]}}),
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web"}, "spec": {
            "tls": [{"hosts": ["web.shop.test"], "secretName": "web-tls"}],
            "rules": [{"host": "web.shop.test", "http": {"paths": [
                {"path": "/", "backend": {"service": {"name": "web", "port": {"number": 80}}}},
            ]}}],
        }}),
    ]
}
