//! `aws_default_dns_resolve`: what the system says about a host name.

use core::ffi::*;
use core::{mem, ptr};
use std::ffi::CString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::crt::sys::*;
use crate::error::Code;
use crate::os::Quiet;

use super::super::link;
use super::aws_host_address_clean_up;

/// Appends `aws_host_address` items to the caller's list. Blocks.
///
/// # Safety
/// `allocator` is valid and outlives the items; `host_name` is valid; `output_addresses` is an initialised list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_default_dns_resolve(
    allocator: *mut aws_allocator,
    host_name: *const aws_string,
    output_addresses: *mut aws_array_list,
    _user_data: *mut c_void,
) -> c_int {
    // SAFETY: as the caller promises.
    let name = unsafe { link::string_bytes(host_name) }.unwrap_or_default();
    let addresses = match look_up(name) {
        Ok(addresses) => addresses,
        Err(code) => return link::raise(code),
    };
    for address in addresses {
        // SAFETY: as the caller promises; a zeroed address is a valid one, and the list takes a bitwise copy.
        unsafe {
            let mut item: aws_host_address = mem::zeroed();
            item.allocator = allocator;
            item.host = link::string_new(allocator, name);
            item.address = link::string_new(allocator, address.to_string().as_bytes());
            item.record_type = match address {
                IpAddr::V4(_) => AWS_ADDRESS_RECORD_TYPE_A,
                IpAddr::V6(_) => AWS_ADDRESS_RECORD_TYPE_AAAA,
            };
            if link::aws_array_list_push_back(output_addresses, (&raw const item).cast())
                != link::SUCCESS
            {
                aws_host_address_clean_up(&raw mut item);
                return link::FAILURE;
            }
        }
    }
    link::SUCCESS
}

fn look_up(name: &[u8]) -> Result<Vec<IpAddr>, Code> {
    let name = CString::new(name).map_err(|_| Code::IO_DNS_INVALID_NAME)?;
    let mut answers: *mut libc::addrinfo = ptr::null_mut();
    // The C library asks servers over TCP, too, and may be told that they are gone by a signal.
    let _quiet = Quiet::begin();
    // SAFETY: a zeroed `addrinfo` asks for nothing in particular; the answers are freed below, after their last use.
    unsafe {
        let mut hints: libc::addrinfo = mem::zeroed();
        hints.ai_family = libc::AF_UNSPEC;
        hints.ai_socktype = libc::SOCK_STREAM;
        let failure =
            libc::getaddrinfo(name.as_ptr(), ptr::null(), &raw const hints, &raw mut answers);
        if failure != 0 {
            return Err(code_of(failure));
        }
        let mut addresses = Vec::new();
        let mut answer = answers;
        while let Some(current) = answer.as_ref() {
            addresses.extend(address_of(current.ai_addr));
            answer = current.ai_next;
        }
        libc::freeaddrinfo(answers);
        Ok(addresses)
    }
}

/// # Safety
/// `socket_address` is valid for its family, or NULL.
unsafe fn address_of(socket_address: *const libc::sockaddr) -> Option<IpAddr> {
    // SAFETY: the family says which of the two it is.
    unsafe {
        match i32::from(socket_address.as_ref()?.sa_family) {
            libc::AF_INET => {
                let address = socket_address.cast::<libc::sockaddr_in>();
                Some(Ipv4Addr::from(u32::from_be((*address).sin_addr.s_addr)).into())
            }
            libc::AF_INET6 => {
                let address = socket_address.cast::<libc::sockaddr_in6>();
                Some(Ipv6Addr::from((*address).sin6_addr.s6_addr).into())
            }
            _ => None,
        }
    }
}

fn code_of(failure: c_int) -> Code {
    match failure {
        libc::EAI_MEMORY => Code::OOM,
        libc::EAI_NONAME | libc::EAI_SERVICE => Code::IO_DNS_INVALID_NAME,
        libc::EAI_AGAIN => Code::IO_DNS_QUERY_AGAIN,
        _ => Code::IO_DNS_QUERY_FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_resolve_to_themselves() {
        assert_eq!(look_up(b"127.0.0.1").unwrap(), [Ipv4Addr::LOCALHOST]);
        assert_eq!(look_up(b"::1").unwrap(), [Ipv6Addr::LOCALHOST]);
    }

    #[test]
    fn impossible_names_fail_without_a_query() {
        assert_eq!(look_up(b"a\0b").unwrap_err(), Code::IO_DNS_INVALID_NAME);
        assert_eq!(look_up(b"").unwrap_err(), Code::IO_DNS_INVALID_NAME);
    }

    #[test]
    fn failures_keep_their_meaning() {
        assert_eq!(code_of(libc::EAI_AGAIN), Code::IO_DNS_QUERY_AGAIN);
        assert_eq!(code_of(libc::EAI_NONAME), Code::IO_DNS_INVALID_NAME);
        assert_eq!(code_of(libc::EAI_FAIL), Code::IO_DNS_QUERY_FAILED);
    }
}
