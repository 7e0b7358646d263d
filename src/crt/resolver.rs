//! The program's name resolution.
//!
//! Addresses come from the resolver of the bootstrap, which may be the program's own, so that
//! caches, stubs and the spreading over many addresses work as the program expects.

use core::ffi::{c_int, c_void};
use core::ptr;
use std::net::IpAddr;

use tokio::sync::oneshot;

use crate::error::{Code, Error, Result};

use super::call::call_out;
use super::guard::guarded;
use super::raise::check_number;
use super::string::OwnedString;
use super::sys::*;
use super::{Allocator, Count, Counted, Keep, Parcel, host, string_bytes};

/// How long an address may be used after it was found (`s3_client.c` asks for the same).
const MAX_TTL_S: usize = 300;

/// `AWS_GET_HOST_ADDRESS_COUNT_RECORD_TYPE_A`
const COUNT_A: u32 = 1;

/// A counted `aws_host_resolver`.
pub type HostResolver = Counted<aws_host_resolver>;

// SAFETY: resolvers are asked from any thread, and their count is atomic.
unsafe impl Count for aws_host_resolver {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        let _ = unsafe { call_out!(host::aws_host_resolver_acquire, object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_host_resolver_release, object) };
    }
}

/// One question under way.
struct Query {
    answer: oneshot::Sender<Result<Vec<IpAddr>>>,
    /// Kept for resolvers that do not copy it.
    name: OwnedString,
    /// Keeps the resolver alive until it has answered.
    resolver: HostResolver,
    /// Outlives the resolver.
    keep: Keep,
}

impl HostResolver {
    /// Some addresses of `host`, at least one; the default resolver gives one per family and call.
    ///
    /// There is no time limit here. Dropping the future is safe at any time: the resolver is let go when it answers,
    /// and `keep` after it.
    pub async fn resolve(&self, host: &str, keep: Keep) -> Result<Vec<IpAddr>> {
        let answer = self.ask(host, keep)?;
        answer.await.unwrap_or_else(|_| Err(Error::new(Code::IO_DNS_QUERY_FAILED)))
    }

    fn ask(&self, host: &str, keep: Keep) -> Result<oneshot::Receiver<Result<Vec<IpAddr>>>> {
        let config = aws_host_resolution_config {
            r#impl: Some(host::aws_default_dns_resolve),
            max_ttl: MAX_TTL_S,
            impl_data: ptr::null_mut(),
            resolve_frequency_ns: 0,
        };
        let (answer, receiver) = oneshot::channel();
        let name = OwnedString::new(Allocator::default(), host.as_bytes());
        let resolver = self.clone();
        let shown = name.as_ptr();
        let (parcel, query) = Parcel::new(Query { answer, name, resolver, keep });
        let callback: aws_on_host_resolved_result_fn = Some(on_resolved);
        let (resolve, config) = (host::aws_host_resolver_resolve_host, &raw const config);
        // SAFETY: the resolver is alive and copies the configuration; `on_resolved` takes the query
        // over, and the name stays with it.
        let asked = unsafe { call_out!(resolve, self.as_ptr(), shown, callback, config, query) };
        // SAFETY: a resolver that refuses does not call back.
        unsafe { parcel.after(query, asked)? };
        Ok(receiver)
    }

    /// Tells the resolver that connecting to this address failed.
    pub fn record_failure(&self, address: IpAddr, host: &str) {
        let allocator = Allocator::default();
        let host = OwnedString::new(allocator, host.as_bytes());
        let text = OwnedString::new(allocator, address.to_string().as_bytes());
        let address = aws_host_address {
            allocator: allocator.as_ptr(),
            host: host.as_ptr(),
            address: text.as_ptr(),
            record_type: match address {
                IpAddr::V4(_) => AWS_ADDRESS_RECORD_TYPE_A,
                IpAddr::V6(_) => AWS_ADDRESS_RECORD_TYPE_AAAA,
            },
            expiry: 0,
            use_count: 0,
            connection_failure_count: 0,
            weight: 0,
        };
        let record = host::aws_host_resolver_record_connection_failure;
        // SAFETY: the resolver is alive and only looks at the address during the call. It is a
        // hint, so whether it was taken does not matter.
        let _ = unsafe { call_out!(record, self.as_ptr(), &raw const address) };
    }

    /// How many IPv4 addresses of `host` are known by now.
    pub fn address_count(&self, host: &str) -> usize {
        let host = OwnedString::new(Allocator::default(), host.as_bytes());
        let count = host::aws_host_resolver_get_host_address_count;
        // SAFETY: the resolver and the name are alive during the call.
        unsafe { call_out!(count, self.as_ptr(), host.as_ptr(), COUNT_A) }.unwrap_or(0)
    }
}

unsafe extern "C" fn on_resolved(
    _resolver: *mut aws_host_resolver,
    _host_name: *const aws_string,
    error_code: c_int,
    addresses: *const aws_array_list,
    query: *mut c_void,
) {
    guarded("answer of a resolver", || {
        // SAFETY: `ask` handed this over, and resolvers call back once.
        let Some(query) = (unsafe { Parcel::<Query>::open(query) }) else { return };
        let Query { answer, name, resolver, keep } = query;
        // SAFETY: the list is alive during the callback.
        let addresses = check_number(error_code).and_then(|()| unsafe { addresses_of(addresses) });
        // Whoever is told may count on everything being let go.
        drop((name, resolver));
        let _ = answer.send(addresses);
        drop(keep);
    });
}

/// # Safety
/// A non-NULL `list` is a live list of host addresses.
unsafe fn addresses_of(list: *const aws_array_list) -> Result<Vec<IpAddr>> {
    let none = || Error::new(Code::IO_DNS_NO_ADDRESS_FOR_HOST);
    // SAFETY: alive as the caller promises.
    let list = unsafe { list.as_ref() }.ok_or_else(none)?;
    if list.length == 0 || list.data.is_null() {
        return Err(none());
    }
    if list.item_size != size_of::<aws_host_address>() {
        return Err(Error::new(Code::INVALID_ARGUMENT).because("not a list of host addresses"));
    }
    // SAFETY: this many items of this size are there.
    let items =
        unsafe { core::slice::from_raw_parts(list.data.cast::<aws_host_address>(), list.length) };
    let addresses: Vec<_> = items
        .iter()
        // SAFETY: the strings of an address live as long as it does.
        .filter_map(|item| parse(unsafe { string_bytes(item.address) }))
        .collect();
    if addresses.is_empty() { Err(none()) } else { Ok(addresses) }
}

/// A numeric address; the zone of a link-local one is dropped.
fn parse(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok()?;
    text.split('%').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    #[test]
    fn numeric_addresses_are_understood() {
        assert_eq!(parse(b"127.0.0.1"), Some(Ipv4Addr::LOCALHOST.into()));
        assert_eq!(parse(b"::1"), Some(Ipv6Addr::LOCALHOST.into()));
        assert_eq!(parse(b"fe80::1%eth0"), Some("fe80::1".parse().unwrap()));
        for bad in [&b""[..], b"example.com", b"\xff"] {
            assert_eq!(parse(bad), None);
        }
    }

    /// A string as C lays it out, without an allocator.
    #[repr(C)]
    struct Text {
        head: [usize; 2],
        bytes: [u8; 16],
    }

    fn text(address: &str) -> Text {
        let mut bytes = [0; 16];
        bytes[..address.len()].copy_from_slice(address.as_bytes());
        Text { head: [0, address.len()], bytes }
    }

    fn item(text: &Text) -> aws_host_address {
        aws_host_address {
            allocator: ptr::null_mut(),
            host: ptr::null(),
            address: (&raw const *text).cast(),
            record_type: AWS_ADDRESS_RECORD_TYPE_A,
            expiry: 0,
            use_count: 0,
            connection_failure_count: 0,
            weight: 0,
        }
    }

    fn list(items: &mut [aws_host_address]) -> aws_array_list {
        aws_array_list {
            alloc: ptr::null_mut(),
            current_size: size_of_val(items),
            length: items.len(),
            item_size: size_of::<aws_host_address>(),
            data: items.as_mut_ptr().cast(),
        }
    }

    #[test]
    fn a_list_becomes_addresses() {
        let texts = [text("10.0.0.1"), text("nonsense"), text("::2")];
        let mut items = texts.each_ref().map(item);
        let mut list = list(&mut items);
        // SAFETY: a live list of addresses.
        let found = unsafe { addresses_of(&list) }.unwrap();
        assert_eq!(found, ["10.0.0.1".parse::<IpAddr>().unwrap(), "::2".parse().unwrap()]);

        list.item_size -= 1;
        // SAFETY: a live list, and one whose item size is refused.
        let refused = unsafe { addresses_of(&list) }.unwrap_err();
        assert_eq!(refused.code(), Code::INVALID_ARGUMENT);
    }

    #[test]
    fn no_usable_address_is_an_error() {
        let nonsense = text("nonsense");
        let mut items = [item(&nonsense)];
        for list in [list(&mut items), list(&mut [])] {
            // SAFETY: a live list of addresses.
            let error = unsafe { addresses_of(&list) }.unwrap_err();
            assert_eq!(error.code(), Code::IO_DNS_NO_ADDRESS_FOR_HOST);
        }
        // SAFETY: NULL is allowed.
        let error = unsafe { addresses_of(ptr::null()) }.unwrap_err();
        assert_eq!(error.code(), Code::IO_DNS_NO_ADDRESS_FOR_HOST);
    }
}
