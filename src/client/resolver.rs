//! Name resolution through the resolver of the caller's bootstrap.

use std::net::IpAddr;

use crate::crt;
use crate::net::{Resolve, Resolving};

pub(super) struct BootstrapResolver {
    pub resolver: crt::HostResolver,
    /// Keeps the client from its end while an answer is owed.
    pub keep: crt::Keep,
}

impl Resolve for BootstrapResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move {
            // A literal needs nobody's help, and not every resolver takes one.
            if let Ok(address) = host.parse::<IpAddr>() {
                return Ok(vec![address]);
            }
            self.resolver.resolve(host, self.keep.clone()).await
        })
    }

    fn failed(&self, host: &str, address: IpAddr) {
        self.resolver.record_failure(address, host);
    }
}
