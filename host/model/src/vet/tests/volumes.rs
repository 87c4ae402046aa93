//! Volumes: which claims pods may mount, and what new volumes and snapshots may be copies of.

use super::*;

/// With the kinds that have to do with volumes.
fn beside(own: &[ObjectRef], objects: &[Value]) -> Result<Vetted, Refusal> {
    judged(Beside { own: own.to_vec(), others: Vec::new() }, objects)
}

fn judged(beside: Beside, objects: &[Value]) -> Result<Vetted, Refusal> {
    let more = [
        ("", "PersistentVolumeClaim"),
        ("apps", "StatefulSet"),
        ("snapshot.storage.k8s.io", "VolumeSnapshot"),
    ];
    let more = more.map(|(group, kind)| KindRef { group: group.into(), kind: kind.into() });
    let mut grant = grant();
    grant.kinds.extend(more);
    let level = PodSecurity::Restricted;
    let rules = Rules { namespace: "shop", app: "web", hosts: &[], grant: &grant, level };
    let objects = objects.iter().map(|it| Object::new(it.clone()).unwrap()).collect();
    vet_beside(objects, &beside, &rules)
}

fn with_volumes(objects: &[Value]) -> Result<Vetted, Refusal> {
    beside(&[], objects)
}

fn mounting(claim: &str) -> Value {
    let volume = json!({"name": "a", "persistentVolumeClaim": {"claimName": claim}});
    pod_with("/volumes", json!([volume]))
}

fn claim(name: &str, spec: Value) -> Value {
    object("v1", "PersistentVolumeClaim", json!({"metadata": {"name": name}, "spec": spec}))
}

fn stateful_set(template: Value) -> Value {
    let spec = json!({"template": {"spec": pod()}, "volumeClaimTemplates": [template]});
    object("apps/v1", "StatefulSet", json!({"metadata": {"name": "database"}, "spec": spec}))
}

fn snapshot(name: &str, claim: &str) -> Value {
    let spec = json!({"source": {"persistentVolumeClaimName": claim}});
    let more = json!({"metadata": {"name": name}, "spec": spec});
    object("snapshot.storage.k8s.io/v1", "VolumeSnapshot", more)
}

#[test]
fn a_pod_mounts_volumes_of_its_own_app_only() {
    for own in ["web", "web-data"] {
        assert!(with_volumes(&[deployment(mounting(own))]).is_ok(), "{own}");
    }
    for other in ["data", "db-data", "website-data", ""] {
        let refusal = with_volumes(&[deployment(mounting(other))]).unwrap_err();
        let field = "spec.template.spec.volumes[0].persistentVolumeClaim.claimName";
        assert_eq!(refusal.field, field, "{other}");
        assert!(refusal.hint.contains("web-something"), "{}", refusal.hint);
    }
    assert!(with_volumes(&[claim("data", json!({})), deployment(mounting("data"))]).is_ok());
}

#[test]
fn what_a_stateful_set_of_the_app_makes_is_its_own() {
    let set = stateful_set(json!({"metadata": {"name": "entries"}}));
    for own in ["entries-database-0", "entries-database-12"] {
        assert!(with_volumes(&[set.clone(), deployment(mounting(own))]).is_ok(), "{own}");
        assert!(with_volumes(&[deployment(mounting(own))]).is_err(), "without the set: {own}");
    }
    for other in ["entries-database", "entries-database-", "entries-database-0-1", "a-database-0"] {
        assert!(with_volumes(&[set.clone(), deployment(mounting(other))]).is_err(), "{other}");
    }
}

#[test]
fn a_claim_template_names_no_owner() {
    let owned = json!({"metadata": {"name": "entries", "ownerReferences": [{"kind": "Pod"}]}});
    let field = "spec.volumeClaimTemplates[0].metadata.ownerReferences";
    assert_eq!(with_volumes(&[stateful_set(owned)]).unwrap_err().field, field);
}

#[test]
fn a_volume_is_a_copy_of_the_apps_own_only() {
    for field in ["dataSource", "dataSourceRef"] {
        let copy = |source: Value| with_volumes(&[claim("copy", json!({(field): source}))]);
        let of_claim = |name: &str| json!({"kind": "PersistentVolumeClaim", "name": name});
        let of_snapshot = |name: &str| json!({"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": name});
        assert!(copy(of_claim("web-data")).is_ok());
        assert!(copy(of_snapshot("web-1")).is_ok());
        for other in [of_claim("db-data"), of_snapshot("db-1")] {
            assert_eq!(copy(other).unwrap_err().field, format!("spec.{field}.name"));
        }
        let mut elsewhere = of_claim("web-data");
        elsewhere["namespace"] = json!("bank");
        assert_eq!(copy(elsewhere).unwrap_err().field, format!("spec.{field}.namespace"));
        let brought = [
            snapshot("yesterday", "web"),
            claim("copy", json!({(field): of_snapshot("yesterday")})),
        ];
        assert!(with_volumes(&brought).is_ok());
    }
}

#[test]
fn a_snapshot_is_taken_of_the_apps_own_volumes_only() {
    assert!(with_volumes(&[snapshot("web-1", "web-data")]).is_ok());
    let refusal = with_volumes(&[snapshot("web-1", "db-data")]).unwrap_err();
    assert_eq!(refusal.field, "spec.source.persistentVolumeClaimName");
}

/// A step that changes only what runs names what an earlier one has made.
#[test]
fn what_the_app_has_already_is_its_own() {
    let mut pod = mounting("files");
    pod["serviceAccountName"] = json!("worker");
    pod["imagePullSecrets"] = json!([{"name": "pull"}]);
    let objects = [deployment(pod)];
    let standing =
        [("PersistentVolumeClaim", "files"), ("ServiceAccount", "worker"), ("Secret", "pull")];
    let standing = standing.map(|(kind, name)| ObjectRef {
        api_version: "v1".into(),
        kind: kind.into(),
        name: name.into(),
    });
    assert!(beside(&standing, &objects).is_ok());
    for missing in &standing {
        let fewer: Vec<ObjectRef> = standing.iter().filter(|it| *it != missing).cloned().collect();
        assert!(beside(&fewer, &objects).is_err(), "without {missing}");
    }
}

#[test]
fn what_is_named_for_the_app_and_another_one_has_is_not_its_own() {
    let mut pod = mounting("web-db-files");
    pod["imagePullSecrets"] = json!([{"name": "web-db-pull"}]);
    let objects = [deployment(pod)];
    assert!(beside(&[], &objects).is_ok(), "nobody else has it");
    for (kind, name) in [("PersistentVolumeClaim", "web-db-files"), ("Secret", "web-db-pull")] {
        let one = ObjectRef { api_version: "v1".into(), kind: kind.into(), name: name.into() };
        let others = Beside { own: Vec::new(), others: vec![one] };
        let refusal = judged(others, &objects).unwrap_err();
        assert!(refusal.rule.ends_with("belongs to something else"), "{refusal}");
    }
}
