//! What the program knows and others want to read: printed, committed, compared by a test.

use anyhow::{Result, bail};

use crate::options::Product;

pub fn print(product: &Product) -> Result<()> {
    let text = match product.name.as_str() {
        "openapi" => serde_json::to_string_pretty(&slipway_api::document())?,
        "crd" => serde_json::to_string_pretty(&slipway_cluster::rollout_crd())?,
        "rbac" => serde_json::to_string_pretty(&slipway_cluster::cluster_role())?,
        other => bail!("there is no product {other:?}; there are openapi, crd and rbac"),
    };
    println!("{text}");
    Ok(())
}
