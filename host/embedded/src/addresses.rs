//! The addresses and node ports of services, from ranges that never leave this machine.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::{Value, json};

use crate::meta;
use crate::refusal::Refusal;
use crate::store::Txn;

/// `10.96.0.0/16`, as kubeadm has it; the first addresses stay free.
const NETWORK: [u8; 2] = [10, 96];
const FIRST: u16 = 10;
/// The usual range for node ports.
const NODE_PORTS: std::ops::RangeInclusive<u64> = 30_000..=32_767;

/// Gives a service its addresses, unless it has them, wants none or is only a name.
pub(crate) fn allocate(
    txn: &Txn<'_>,
    service: &mut Value,
    old: Option<&Value>,
) -> Result<(), Refusal> {
    let Some(spec) = service.get_mut("spec").filter(|it| it.is_object()) else { return Ok(()) };
    if spec["type"] == "ExternalName" {
        return Ok(());
    }
    let text = |value: &Value| value.as_str().filter(|it| !it.is_empty()).map(str::to_owned);
    let before = old.and_then(|it| text(&it["spec"]["clusterIP"]));
    let address = match text(&spec["clusterIP"]).or(before) {
        Some(address) => address,
        None => free_address(txn)?,
    };
    spec["clusterIP"] = json!(address);
    spec["clusterIPs"] = json!([address]);
    if spec["type"] == "NodePort" || spec["type"] == "LoadBalancer" {
        node_ports(txn, service, old)?;
    }
    Ok(())
}

fn services(txn: &Txn<'_>) -> Result<Vec<Value>, Refusal> {
    let mut found = Vec::new();
    for key in txn.keys("services", "")? {
        found.extend(txn.get(&key)?);
    }
    Ok(found)
}

fn free_address(txn: &Txn<'_>) -> Result<String, Refusal> {
    let taken: BTreeSet<u16> = services(txn)?.iter().filter_map(number).collect();
    let found = (FIRST..u16::MAX).find(|it| !taken.contains(it));
    let [high, low] = found
        .ok_or_else(|| Refusal::unavailable("every address for services is in use"))?
        .to_be_bytes();
    Ok(Ipv4Addr::new(NETWORK[0], NETWORK[1], high, low).to_string())
}

fn number(service: &Value) -> Option<u16> {
    let address: Ipv4Addr = service["spec"]["clusterIP"].as_str()?.parse().ok()?;
    let [a, b, c, d] = address.octets();
    ([a, b] == NETWORK).then_some(u16::from_be_bytes([c, d]))
}

fn ports(service: &Value) -> impl Iterator<Item = &Value> {
    service["spec"]["ports"].as_array().into_iter().flatten()
}

fn node_ports(txn: &Txn<'_>, service: &mut Value, old: Option<&Value>) -> Result<(), Refusal> {
    let own = meta::uid(service).to_owned();
    let others = services(txn)?;
    let others = others.iter().filter(|it| meta::uid(it) != own).flat_map(ports);
    let mut taken: BTreeSet<u64> = others.filter_map(|it| it["nodePort"].as_u64()).collect();
    let kept: Vec<Value> = old.into_iter().flat_map(ports).cloned().collect();
    let Some(list) = service["spec"]["ports"].as_array_mut() else { return Ok(()) };
    for port in list {
        let same = |it: &&Value| it["port"] == port["port"] && it["protocol"] == port["protocol"];
        let wanted = port["nodePort"].as_u64();
        let before = kept.iter().find(same).and_then(|it| it["nodePort"].as_u64());
        let number =
            wanted.or(before).or_else(|| NODE_PORTS.clone().find(|it| !taken.contains(it)));
        let number = number.ok_or_else(|| Refusal::unavailable("every node port is in use"))?;
        taken.insert(number);
        port["nodePort"] = json!(number);
    }
    Ok(())
}
