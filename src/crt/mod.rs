//! The CRT below us: C types, the functions we ask of it, and one safe wrapper per CRT object.
//!
//! [`sys`] holds types, [`host`] the functions, and every other module one wrapper. Reference
//! counted objects are [`Counted`] handles: cloning acquires, dropping releases, whoever implements
//! the object behind the pointer. Nothing here knows S3.

mod allocator;
mod async_stream;
mod bootstrap;
pub mod call;
pub mod certificate;
mod counted;
mod credentials;
mod crew;
mod cursor;
mod date;
#[cfg(feature = "embedded-crt")]
mod embedded;
#[cfg(feature = "endpoint-resolver")]
pub mod endpoints;
mod future;
mod guard;
mod headers;
pub mod host;
mod input_stream;
pub mod logger;
mod message;
pub mod oneshot;
mod parcel;
pub mod process;
mod proxy;
mod raise;
pub mod ref_count;
mod resolver;
mod retry;
pub mod string;
pub mod sys;
pub mod thread;
pub mod tls;
#[cfg(not(feature = "embedded-crt"))]
mod tls_channel;
mod uri;

#[cfg(test)]
mod tests;

pub use allocator::Allocator;
pub use async_stream::{AsyncInputStream, Keep};
pub use bootstrap::{Bootstrap, EventLoopGroup};
pub use counted::{Count, Counted};
pub use credentials::{Credentials, CredentialsProvider};
pub use crew::{Crew, Relief};
pub use cursor::{bytes_of, cursor};
pub use date::{epoch_s, iso_date};
pub use future::FutureVoid;
pub use headers::Headers;
pub use input_stream::InputStream;
pub use message::Message;
pub use oneshot::Oneshot;
pub use parcel::Parcel;
pub use proxy::{Prepared, ProxyNegotiator, ProxyRetry, ProxyStrategy};
pub use raise::{check, last_error, raise};
pub use resolver::HostResolver;
pub use retry::{RetryStrategy, RetryToken};
pub use string::{OwnedString, string_bytes, string_new};
pub use tls::{Roots, TlsLoops, TlsMinimum, TlsOptions, TlsSettings, tls_settings};
#[cfg(not(feature = "embedded-crt"))]
pub use tls_channel::{Late, TlsChannel};
pub use uri::Uri;
