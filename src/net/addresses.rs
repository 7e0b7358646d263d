//! Which address a new connection goes to: the one with the fewest connections, unless it made trouble lately.
//!
//! The resolver names a few addresses at a time, in an order of its own. What it cannot know is kept here: how many
//! connections of this client each address has, those being made included, and which of them failed or were slow.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::sync::Mutex;

/// How long an address that failed, or that was slower than another one, comes last.
const AVOIDED: Duration = Duration::from_secs(30);

#[derive(Clone, Default)]
pub(super) struct Addresses {
    table: Arc<Mutex<HashMap<IpAddr, Standing>>>,
}

#[derive(Default)]
struct Standing {
    connections: usize,
    avoided_until: Option<Instant>,
}

/// Counts as a connection of an address for as long as it is kept.
pub(super) struct Counted {
    addresses: Addresses,
    address: IpAddr,
}

impl Addresses {
    /// The same addresses, the best one first; those that are equally good stay as they are.
    pub fn order(&self, addresses: &mut [IpAddr]) {
        let table = self.table.lock();
        let now = Instant::now();
        addresses.sort_by_key(|address| {
            table.get(address).map_or((false, 0), |it| {
                (it.avoided_until.is_some_and(|until| until > now), it.connections)
            })
        });
    }

    pub fn count(&self, address: IpAddr) -> Counted {
        self.table.lock().entry(address).or_default().connections += 1;
        Counted { addresses: self.clone(), address }
    }

    pub fn avoid(&self, address: IpAddr) {
        let until = Instant::now() + AVOIDED;
        self.table.lock().entry(address).or_default().avoided_until = Some(until);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut table = self.addresses.table.lock();
        if let Some(standing) = table.get_mut(&self.address) {
            standing.connections -= 1;
        }
        let now = Instant::now();
        table.retain(|_, it| it.connections > 0 || it.avoided_until.is_some_and(|at| at > now));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(last: u8) -> IpAddr {
        Ipv4Addr::new(127, 0, 0, last).into()
    }

    #[test]
    fn new_connections_go_where_the_fewest_are() {
        let addresses = Addresses::default();
        let mut kept = Vec::new();
        let mut counts = [0; 3];
        for _ in 0..9 {
            let mut order = [address(0), address(1), address(2)];
            addresses.order(&mut order);
            kept.push(addresses.count(order[0]));
            let IpAddr::V4(chosen) = order[0] else { unreachable!() };
            counts[usize::from(chosen.octets()[3])] += 1;
        }
        assert_eq!(counts, [3, 3, 3]);
        kept.retain(|counted| counted.address != address(1));
        let mut order = [address(0), address(1), address(2)];
        addresses.order(&mut order);
        assert_eq!(order, [address(1), address(0), address(2)]);
        kept.clear();
        assert!(addresses.table.lock().is_empty());
    }

    #[test]
    fn what_failed_comes_last_for_a_while() {
        let addresses = Addresses::default();
        let busy = addresses.count(address(1));
        addresses.avoid(address(0));
        let mut order = [address(0), address(1)];
        addresses.order(&mut order);
        assert_eq!(order, [address(1), address(0)]);
        let past = Instant::now().checked_sub(Duration::from_secs(1));
        addresses.table.lock().get_mut(&address(0)).unwrap().avoided_until = past;
        addresses.order(&mut order);
        assert_eq!(order, [address(0), address(1)]);
        drop(busy);
        assert!(addresses.table.lock().is_empty());
    }
}
