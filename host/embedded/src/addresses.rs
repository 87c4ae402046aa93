//! The addresses of services: each gets one of its own from a range that never leaves this machine.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::store::Txn;

/// `10.96.0.0/16`, as kubeadm has it; the first addresses stay free.
const NETWORK: [u8; 2] = [10, 96];
const FIRST: u16 = 10;

/// Gives a service its address, unless it has one, wants none or is only a name.
pub(crate) fn allocate(txn: &Txn<'_>, service: &mut Value) -> Result<(), Refusal> {
    if service["spec"]["type"] == "ExternalName" {
        return Ok(());
    }
    let wanted = service["spec"]["clusterIP"].as_str().filter(|it| !it.is_empty());
    let address = match wanted {
        Some(address) => address.to_owned(),
        None => free(txn)?,
    };
    service["spec"]["clusterIP"] = json!(address);
    service["spec"]["clusterIPs"] = json!([address]);
    Ok(())
}

fn free(txn: &Txn<'_>) -> Result<String, Refusal> {
    let mut taken = BTreeSet::new();
    for key in txn.keys("services", "")? {
        if let Some(address) = txn.get(&key)?.and_then(|it| number(&it)) {
            taken.insert(address);
        }
    }
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
