//! An S3 server with one user and one bucket on the loopback interface, over HTTP and, with a directory for
//! certificates, over HTTPS as well.

use std::path::PathBuf;
use std::sync::Arc;

use hyper::Response;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::host::MultiDomain;
use s3s::service::{S3Service, S3ServiceBuilder};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::certificate::{self, Failure};
use crate::objects::{OBJECT_SIZE, Objects};

pub struct Options {
    /// Where objects are kept; made when missing.
    pub root: PathBuf,
    /// Where certificates are written; none means no HTTPS.
    pub tls_dir: Option<PathBuf>,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: String,
}

/// Begins to serve; returns what clients need to know.
pub async fn start(options: Options) -> Result<serde_json::Value, Failure> {
    std::fs::create_dir_all(options.root.join(&options.bucket))?;
    let http = TcpListener::bind("127.0.0.1:0").await?;
    let mut facts = json!({
        "http_port": http.local_addr()?.port(),
        "bucket": options.bucket,
        "access_key": options.access_key,
        "secret_key": options.secret_key,
        "root": options.root,
        "pid": std::process::id(),
    });
    let mut domains = vec![format!("localhost:{}", http.local_addr()?.port())];

    let mut tls = None;
    if let Some(directory) = &options.tls_dir {
        let config = certificate::issue(directory)?;
        let https = TcpListener::bind("127.0.0.1:0").await?;
        let port = https.local_addr()?.port();
        domains.push(format!("localhost:{port}"));
        facts["https_port"] = json!(port);
        facts["ca"] = json!(directory.join("ca.pem"));
        tls = Some((https, TlsAcceptor::from(config)));
    }

    let mut builder = S3ServiceBuilder::new(Objects::new(options.root)?);
    builder.set_auth(SimpleAuth::from_single(options.access_key, options.secret_key));
    // Names below these are buckets; all other hosts, addresses too, mean path style.
    builder.set_host(MultiDomain::new(&domains)?);
    let service = builder.build();

    tokio::spawn(accept(http, None, service.clone()));
    if let Some((https, acceptor)) = tls {
        tokio::spawn(accept(https, Some(acceptor), service));
    }
    Ok(facts)
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, service: S3Service) {
    let tls = tls.map(Arc::new);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        tokio::spawn(connection(stream, tls.clone(), service.clone()));
    }
}

async fn connection(stream: TcpStream, tls: Option<Arc<TlsAcceptor>>, service: S3Service) {
    // A connection that fails concerns its client alone.
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve(stream, service).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, service).await;
            }
        }
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, service: S3Service) {
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().max_buf_size(1024 * 1024);
    let service = service_fn(|request| {
        let service = service.clone();
        async move { Service::call(&service, request).await.map(with_object_size) }
    });
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

/// The error document of an unsatisfiable range names the size of the object, which s3s has no words for.
fn with_object_size(mut response: Response<Body>) -> Response<Body> {
    let Some(size) = response.headers_mut().remove(OBJECT_SIZE) else { return response };
    let size = size.to_str().unwrap_or_default();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InvalidRange</Code>\
         <ActualObjectSize>{size}</ActualObjectSize></Error>"
    );
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    *response.body_mut() = Body::from(document);
    response
}
