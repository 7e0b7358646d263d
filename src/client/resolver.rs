//! Name resolution through the resolver of the caller's bootstrap.

use std::net::IpAddr;

use crate::crt;
use crate::net::{Resolve, Resolving};

pub(super) struct BootstrapResolver(pub crt::HostResolver);

impl Resolve for BootstrapResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move {
            // A literal needs nobody's help, and not every resolver takes one.
            if let Ok(address) = host.parse::<IpAddr>() {
                return Ok(vec![address]);
            }
            self.0.resolve(host).await
        })
    }

    fn failed(&self, host: &str, address: IpAddr) {
        self.0.record_failure(address, host);
    }
}
