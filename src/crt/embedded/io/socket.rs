//! `aws/io/socket.h`: its options are data for the network room; this is the one question that programs ask.

use core::ffi::*;

/// Whether the system has a network interface of this name.
///
/// # Safety
/// `interface_name` is NULL (no) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_is_network_interface_name_valid(
    interface_name: *const c_char,
) -> bool {
    // SAFETY: as the caller promises.
    !interface_name.is_null() && unsafe { libc::if_nametoindex(interface_name) } != 0
}

/// Largest fragment that a channel handler puts into one message. Programs set it at start; no handler here reads it.
#[unsafe(no_mangle)]
pub static g_aws_channel_max_fragment_size: std::sync::atomic::AtomicUsize =
    std::sync::atomic::AtomicUsize::new(16 * 1024);
