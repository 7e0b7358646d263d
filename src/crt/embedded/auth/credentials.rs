//! Credentials: keys that never change, in one block that is wiped when the last holder lets go.

use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::crt::embedded::owned_bytes::{EMPTY, OwnedBytes};
use crate::crt::sys::*;
use crate::crt::{self, Allocator, bytes_of, raise, string_bytes};
use crate::error::Code;

/// What stands behind an `aws_credentials`.
struct Object {
    allocator: Allocator,
    holders: AtomicUsize,
    expiration_s: u64,
    /// None for anonymous ones.
    keys: Option<Keys>,
}

/// Key id, secret, token and account id, one after the other.
struct Keys {
    bytes: OwnedBytes,
    /// Where each of the first three ends.
    ends: [usize; 3],
}

/// What credentials are made of; token and account may be empty.
pub(super) struct Parts<'a> {
    pub(super) access_key_id: &'a [u8],
    pub(super) secret_access_key: &'a [u8],
    pub(super) session_token: &'a [u8],
    pub(super) account_id: &'a [u8],
    /// `u64::MAX` when they do not end.
    pub(super) expiration_s: u64,
}

impl Keys {
    fn new(allocator: Allocator, parts: &Parts<'_>) -> Result<Self, Code> {
        if parts.access_key_id.is_empty() || parts.secret_access_key.is_empty() {
            return Err(Code::INVALID_ARGUMENT);
        }
        let pieces =
            [parts.access_key_id, parts.secret_access_key, parts.session_token, parts.account_id];
        let bytes = OwnedBytes::joined(allocator, &pieces).ok_or(Code::OVERFLOW_DETECTED)?;
        let id = parts.access_key_id.len();
        let secret = id + parts.secret_access_key.len();
        Ok(Self { bytes, ends: [id, secret, secret + parts.session_token.len()] })
    }

    /// One of the four by its place; no pointer when it is empty.
    fn part(&self, place: usize) -> aws_byte_cursor {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        let end = self.ends.get(place).copied().unwrap_or(self.bytes.bytes().len());
        if start == end { EMPTY } else { self.bytes.view(start..end) }
    }
}

/// Makes credentials with one holder.
pub(super) fn make(allocator: Allocator, parts: &Parts<'_>) -> Result<crt::Credentials, Code> {
    let keys = Keys::new(allocator, parts)?;
    Ok(object(allocator, Some(keys), parts.expiration_s))
}

/// Makes credentials that leave requests unsigned.
pub(super) fn make_anonymous(allocator: Allocator) -> crt::Credentials {
    object(allocator, None, u64::MAX)
}

fn object(allocator: Allocator, keys: Option<Keys>, expiration_s: u64) -> crt::Credentials {
    let holders = AtomicUsize::new(1);
    let object = allocator.new(Object { allocator, holders, expiration_s, keys });
    // SAFETY: the object is new, and its one reference goes into the handle.
    let credentials = unsafe { crt::Credentials::adopt(object.as_ptr().cast()) };
    credentials.expect("a non-null pointer is not NULL")
}

/// # Safety
/// A non-NULL allocator is valid for as long as the credentials.
unsafe fn make_raw(allocator: *mut aws_allocator, parts: &Parts<'_>) -> *mut aws_credentials {
    // SAFETY: as the caller promises.
    let allocator = unsafe { Allocator::from_raw(allocator) }.ok_or(Code::INVALID_ARGUMENT);
    match allocator.and_then(|allocator| make(allocator, parts)) {
        Ok(credentials) => credentials.into_raw(),
        Err(code) => {
            raise(code);
            null_mut()
        }
    }
}

/// Makes credentials of copies of the keys.
///
/// # Safety
/// The allocator is valid for as long as the credentials; the cursors point to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_new(
    allocator: *mut aws_allocator,
    access_key_id_cursor: aws_byte_cursor,
    secret_access_key_cursor: aws_byte_cursor,
    session_token_cursor: aws_byte_cursor,
    expiration_timepoint_seconds: u64,
) -> *mut aws_credentials {
    // SAFETY: as the caller promises.
    unsafe {
        let parts = Parts {
            access_key_id: bytes_of(access_key_id_cursor),
            secret_access_key: bytes_of(secret_access_key_cursor),
            session_token: bytes_of(session_token_cursor),
            account_id: b"",
            expiration_s: expiration_timepoint_seconds,
        };
        make_raw(allocator, &parts)
    }
}

/// Makes credentials of everything they can consist of.
///
/// # Safety
/// As for `aws_credentials_new`; the options are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_new_with_options(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_options,
) -> *mut aws_credentials {
    // SAFETY: as the caller promises.
    let Some(options) = (unsafe { options.as_ref() }) else {
        raise(Code::INVALID_ARGUMENT);
        return null_mut();
    };
    // SAFETY: as the caller promises.
    unsafe {
        let parts = Parts {
            access_key_id: bytes_of(options.access_key_id_cursor),
            secret_access_key: bytes_of(options.secret_access_key_cursor),
            session_token: bytes_of(options.session_token_cursor),
            account_id: bytes_of(options.account_id_cursor),
            expiration_s: options.expiration_timepoint_seconds,
        };
        make_raw(allocator, &parts)
    }
}

/// Makes credentials of strings.
///
/// # Safety
/// The allocator is valid for as long as the credentials; the strings are NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_new_from_string(
    allocator: *mut aws_allocator,
    access_key_id: *const aws_string,
    secret_access_key: *const aws_string,
    session_token: *const aws_string,
    expiration_timepoint_seconds: u64,
) -> *mut aws_credentials {
    // SAFETY: as the caller promises.
    unsafe {
        let parts = Parts {
            access_key_id: string_bytes(access_key_id),
            secret_access_key: string_bytes(secret_access_key),
            session_token: string_bytes(session_token),
            account_id: b"",
            expiration_s: expiration_timepoint_seconds,
        };
        make_raw(allocator, &parts)
    }
}

/// Makes credentials that leave requests unsigned.
///
/// # Safety
/// The allocator is valid for as long as the credentials.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_new_anonymous(
    allocator: *mut aws_allocator,
) -> *mut aws_credentials {
    // SAFETY: as the caller promises.
    match unsafe { Allocator::from_raw(allocator) } {
        Some(allocator) => make_anonymous(allocator).into_raw(),
        None => {
            raise(Code::INVALID_ARGUMENT);
            null_mut()
        }
    }
}

/// Adds a holder; NULL is ignored.
///
/// # Safety
/// Non-NULL credentials are held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_acquire(credentials: *const aws_credentials) {
    // SAFETY: as the caller promises.
    if let Some(object) = unsafe { credentials.cast::<Object>().as_ref() } {
        object.holders.fetch_add(1, Ordering::Relaxed);
    }
}

/// Drops a holder, and wipes the keys with the last one; NULL is ignored.
///
/// # Safety
/// Non-NULL credentials are held by the caller, who gives that up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_release(credentials: *const aws_credentials) {
    let Some(object) = NonNull::new(credentials.cast_mut().cast::<Object>()) else { return };
    // SAFETY: as the caller promises.
    let holders = unsafe { &(*object.as_ptr()).holders };
    if holders.fetch_sub(1, Ordering::AcqRel) == 1 {
        // SAFETY: that was the last holder, and the object came from this allocator.
        unsafe { (*object.as_ptr()).allocator.delete(object) };
    }
}

/// # Safety
/// Non-NULL credentials are held by the caller.
unsafe fn part(credentials: *const aws_credentials, place: usize) -> aws_byte_cursor {
    // SAFETY: as the caller promises.
    let object = unsafe { credentials.cast::<Object>().as_ref() };
    object.and_then(|object| object.keys.as_ref()).map_or(EMPTY, |keys| keys.part(place))
}

/// Gives the key id.
///
/// # Safety
/// The credentials are held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_get_access_key_id(
    credentials: *const aws_credentials,
) -> aws_byte_cursor {
    // SAFETY: as the caller promises.
    unsafe { part(credentials, 0) }
}

/// Gives the secret.
///
/// # Safety
/// The credentials are held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_get_secret_access_key(
    credentials: *const aws_credentials,
) -> aws_byte_cursor {
    // SAFETY: as the caller promises.
    unsafe { part(credentials, 1) }
}

/// Gives the session token.
///
/// # Safety
/// The credentials are held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_get_session_token(
    credentials: *const aws_credentials,
) -> aws_byte_cursor {
    // SAFETY: as the caller promises.
    unsafe { part(credentials, 2) }
}

/// Gives the account.
///
/// # Safety
/// The credentials are held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_get_account_id(
    credentials: *const aws_credentials,
) -> aws_byte_cursor {
    // SAFETY: as the caller promises.
    unsafe { part(credentials, 3) }
}

/// Gives the end of the credentials, in seconds since 1970.
///
/// # Safety
/// The credentials are held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_get_expiration_timepoint_seconds(
    credentials: *const aws_credentials,
) -> u64 {
    // SAFETY: as the caller promises.
    unsafe { credentials.cast::<Object>().as_ref() }.map_or(u64::MAX, |object| object.expiration_s)
}

/// Tells whether requests stay unsigned.
///
/// # Safety
/// The credentials are held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_is_anonymous(credentials: *const aws_credentials) -> bool {
    // SAFETY: as the caller promises.
    unsafe { credentials.cast::<Object>().as_ref() }.is_some_and(|object| object.keys.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: Parts<'_> = Parts {
        access_key_id: b"id",
        secret_access_key: b"secret",
        session_token: b"",
        account_id: b"123",
        expiration_s: 77,
    };

    #[test]
    fn parts_come_back() {
        let made = make(Allocator::default(), &PARTS).expect("complete");
        assert_eq!(made.access_key_id(), b"id");
        assert_eq!(made.secret_access_key(), b"secret");
        assert_eq!(made.session_token(), b"");
        // SAFETY: the credentials are alive.
        let (token, account) =
            unsafe { (part(made.as_ptr(), 2), bytes_of(part(made.as_ptr(), 3))) };
        assert!(token.ptr.is_null());
        assert_eq!(account, b"123");
        assert_eq!(made.expiration_s(), 77);
        assert!(!made.is_anonymous());
    }

    #[test]
    fn keys_are_needed() {
        for incomplete in
            [Parts { access_key_id: b"", ..PARTS }, Parts { secret_access_key: b"", ..PARTS }]
        {
            let refused = make(Allocator::default(), &incomplete).err();
            assert_eq!(refused, Some(Code::INVALID_ARGUMENT));
        }
    }

    #[test]
    fn anonymous_ones_have_no_keys_and_no_end() {
        let made = make_anonymous(Allocator::default());
        assert!(made.is_anonymous());
        assert_eq!(made.access_key_id(), b"");
        assert_eq!(made.expiration_s(), u64::MAX);
    }
}
