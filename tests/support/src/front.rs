//! TLS in front of another server on the loopback interface: a proxy that speaks no TLS becomes one that wants it.

use std::path::Path;

use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::certificate::{self, Clients, Failure};

/// Begins to pass connections on to the port `to`, with certificates written into a directory; returns what clients
/// need to know.
pub async fn start(
    to: u16,
    directory: &Path,
    clients: Clients,
) -> Result<serde_json::Value, Failure> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let acceptor = TlsAcceptor::from(certificate::issue_with(directory, provider, clients)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let facts = json!({
        "front_port": listener.local_addr()?.port(),
        "front_ca": directory.join("ca.pem"),
    });
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            // A connection that fails concerns its client alone.
            tokio::spawn(pass(stream, acceptor.clone(), to));
        }
    });
    Ok(facts)
}

async fn pass(stream: TcpStream, acceptor: TlsAcceptor, to: u16) -> std::io::Result<()> {
    let mut front = acceptor.accept(stream).await?;
    let mut back = TcpStream::connect(("127.0.0.1", to)).await?;
    copy_bidirectional(&mut front, &mut back).await.map(drop)
}
