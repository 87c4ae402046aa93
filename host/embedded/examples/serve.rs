//! Serves an embedded cluster on a free loopback port and prints where its kubeconfig lies.

use slipway_embedded::{Config, EmbeddedApi};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).ok_or("usage: serve DIRECTORY [PORT]")?;
    let port: u16 = std::env::args().nth(2).map_or(Ok(0), |it| it.parse())?;
    let cluster = EmbeddedApi::open(Config { dir: dir.clone().into() }).await?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    cluster.listens_on(listener.local_addr()?);
    let path = std::path::Path::new(&dir).join("kubeconfig");
    std::fs::write(&path, cluster.kubeconfig().ok_or("the port has no address")?)?;
    println!("export KUBECONFIG={}", path.display());
    cluster.serve(listener).await?;
    Ok(())
}
