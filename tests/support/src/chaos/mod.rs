//! The chaos server: an S3 server for objects of test content, which treats every request as the key of its object
//! says (see [`plan`]), and can tell afterwards what a client has stored and what it was put through:
//! `GET /_report/KEY`.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::certificate::{self, Failure};

mod exchange;
mod plan;
mod reply;
mod store;
mod wire;

use exchange::{Connection, Next};
use store::Store;
use wire::{Stream, Wire};

type Shared = Arc<Mutex<Store>>;

fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to serve HTTP and HTTPS; returns what clients need to know.
pub async fn start(tls_dir: &Path) -> Result<serde_json::Value, Failure> {
    let config = certificate::issue(tls_dir)?;
    let http = TcpListener::bind("127.0.0.1:0").await?;
    let https = TcpListener::bind("127.0.0.1:0").await?;
    let facts = json!({
        "http_port": http.local_addr()?.port(),
        "https_port": https.local_addr()?.port(),
        "root": tls_dir,
        "ca": tls_dir.join("ca.pem"),
        "bucket": "bucket",
        "access_key": "AKIDTEST",
        "secret_key": "secrettest",
        "pid": std::process::id(),
    });
    let store = Shared::default();
    tokio::spawn(accept(http, None, store.clone()));
    tokio::spawn(accept(https, Some(TlsAcceptor::from(config)), store));
    Ok(facts)
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, store: Shared) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (tls, store) = (tls.clone(), store.clone());
        // A connection that breaks is what this server is for.
        tokio::spawn(async move {
            stream.set_nodelay(true)?;
            match tls {
                None => serve::<TcpStream>(stream, store).await,
                Some(tls) => serve(tls.accept(stream).await?, store).await,
            }
        });
    }
}

async fn serve<S: Stream>(stream: S, store: Shared) -> std::io::Result<()> {
    let mut connection = Connection { wire: Wire::new(stream), store };
    while let Some(request) = connection.wire.head().await? {
        match connection.answer(&request).await? {
            Next::Request => {}
            Next::Close => return connection.wire.close().await,
            Next::Reset => return connection.wire.reset(),
            Next::Drop => return Ok(()),
        }
    }
    Ok(())
}
