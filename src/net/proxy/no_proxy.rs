//! Which hosts are reached without a proxy: the list of `NO_PROXY` and of `no_proxy_hosts`, read as curl reads it.
//!
//! A name stands for itself and for every name below it, with or without a dot in front; an address for itself; an
//! address with a length for a network. Addresses never match names. A single `*` stands for every host. Other than in
//! curl, an entry may end with a port and then counts for that port alone.

use std::net::IpAddr;

use ipnet::IpNet;

/// The parsed list.
#[derive(Clone, Debug, Default)]
pub struct NoProxy {
    everything: bool,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    what: What,
    port: Option<u16>,
}

#[derive(Clone, Debug)]
enum What {
    Network(IpNet),
    /// Lower case, without dots at either end.
    Name(String),
}

impl NoProxy {
    /// Entries stand between commas or blanks. What cannot be understood matches nothing.
    pub fn new(list: &str) -> Self {
        let list = list.trim();
        if list == "*" {
            return Self { everything: true, entries: Vec::new() };
        }
        let entries = list.split(|c: char| c == ',' || c.is_ascii_whitespace());
        Self { everything: false, entries: entries.filter_map(Entry::new).collect() }
    }

    /// Whether this host, a name or an address without brackets, is reached directly.
    pub fn contains(&self, host: &str, port: u16) -> bool {
        if self.everything {
            return true;
        }
        let address = host.parse::<IpAddr>().ok();
        let name = host.trim_end_matches('.');
        let mut on_port =
            self.entries.iter().filter(|entry| entry.port.is_none_or(|only| only == port));
        on_port.any(|entry| match (&entry.what, address) {
            (What::Network(network), Some(address)) => network.contains(&address),
            (What::Name(known), None) => is_below(name, known),
            _ => false,
        })
    }
}

impl Entry {
    fn new(text: &str) -> Option<Self> {
        if let Some(network) = network(text) {
            return Some(Self { what: What::Network(network), port: None });
        }
        let (host, port) = match text.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
            Some((host, Ok(port))) => (host, Some(port)),
            _ => (text, None),
        };
        if let Some(network) = network(host) {
            return Some(Self { what: What::Network(network), port });
        }
        let name = host.trim_matches('.').to_ascii_lowercase();
        (!name.is_empty()).then_some(Self { what: What::Name(name), port })
    }
}

/// An address or a network, an IPv6 address with or without brackets.
fn network(text: &str) -> Option<IpNet> {
    let text = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()
}

/// Whether `name` is `known` or ends with a dot and `known`.
fn is_below(name: &str, known: &str) -> bool {
    let (name, known) = (name.as_bytes(), known.as_bytes());
    let Some(start) = name.len().checked_sub(known.len()) else { return false };
    name[start..].eq_ignore_ascii_case(known) && (start == 0 || name[start - 1] == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &str, inside: &[&str], outside: &[&str]) {
        let list = NoProxy::new(list);
        for (hosts, expected) in [(inside, true), (outside, false)] {
            for host in hosts {
                assert_eq!(list.contains(host, 443), expected, "{host} and {list:?}");
            }
        }
    }

    #[test]
    fn names_stand_for_what_is_below_them() {
        let inside = ["example.com", "www.example.com", "a.b.EXAMPLE.Com", "example.com."];
        let outside = ["notexample.com", "example.com.org", "com", "example", "", "10.0.0.1"];
        for list in
            ["example.com", ".example.com", "Example.COM.", "other, example.com ,", "x example.com"]
        {
            check(list, &inside, &outside);
        }
    }

    #[test]
    fn a_star_alone_is_every_host() {
        check("*", &["example.com", "10.0.0.1", "::1"], &[]);
        check(" * ", &["example.com"], &[]);
        check("*.example.com", &[], &["www.example.com", "example.com"]);
        check("a,*", &["a"], &["example.com"]);
    }

    #[test]
    fn addresses_and_networks() {
        check("10.1.2.3", &["10.1.2.3"], &["10.1.2.30", "110.1.2.3", "x.10.1.2.3"]);
        check(
            "10.0.0.0/8,192.168.7.0/26",
            &["10.255.0.1", "192.168.7.63"],
            &["11.0.0.1", "192.168.7.64"],
        );
        check("10.1.2.3/8", &["10.200.0.1"], &[]);
        check("127.0.0.1/32", &["127.0.0.1"], &["127.0.0.2"]);
        check("10.0.0.0/33", &[], &["10.0.0.0"]);
        check("::1", &["::1", "0:0:0:0:0:0:0:1"], &["::2", "127.0.0.1"]);
        check("[::1]", &["::1"], &["::2"]);
        check("fd00::/8", &["fdab::1"], &["fe80::1"]);
        check("[fd00::/8]", &["fdab::1"], &["fe80::1"]);
        check("2001:db8::/35", &["2001:db8:1fff::"], &["2001:db8:2000::"]);
        check("0.0.0.0/0", &["1.2.3.4"], &["::1", "example.com"]);
    }

    #[test]
    fn a_port_narrows_an_entry() {
        check(
            "example.com:443,10.0.0.1:443,[::1]:443",
            &["www.example.com", "10.0.0.1", "::1"],
            &[],
        );
        check("example.com:80,10.0.0.1:80,[::1]:80", &[], &["example.com", "10.0.0.1", "::1"]);
        check("example.com:99999", &[], &["example.com"]);
    }

    #[test]
    fn nothing_is_in_an_empty_list() {
        check("", &[], &["example.com", "10.0.0.1"]);
        check(" , ,.,", &[], &["example.com", "", "."]);
    }
}
