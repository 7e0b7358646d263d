//! The callers' option structs, read once and turned into owned, valid values.

mod checksum;
mod client;
mod endpoint;
mod proxy;
mod request;
mod signing;
mod text;

pub(super) use client::client_config;
pub(super) use endpoint::origin_of_host;
use proxy::proxies;
pub(super) use request::{Request, request};
pub(super) use signing::signing_config;
