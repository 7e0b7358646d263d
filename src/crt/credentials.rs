//! Credentials and who provides them.

use core::ffi::{c_int, c_void};

use tokio::sync::oneshot;

use crate::error::{Code, Error, Result};

use super::call::call_out;
use super::guard::guarded;
use super::sys::{
    aws_byte_cursor, aws_credentials, aws_credentials_provider, aws_on_get_credentials_callback_fn,
};
use super::{Allocator, Count, Counted, Keep, Parcel, bytes_of, cursor, host, last_error};

/// A counted `aws_credentials`; never changes.
pub type Credentials = Counted<aws_credentials>;

// SAFETY: credentials never change, and their count is atomic.
unsafe impl Count for aws_credentials {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        unsafe { host::aws_credentials_acquire(object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        unsafe { host::aws_credentials_release(object) };
    }
}

impl Credentials {
    /// An empty session token means none; `expiration_s` counts from the Unix epoch.
    pub fn new(
        allocator: Allocator,
        access_key_id: &[u8],
        secret_access_key: &[u8],
        session_token: &[u8],
        expiration_s: u64,
    ) -> Result<Self> {
        // SAFETY: the allocator is valid, everything is copied, and the reference is ours.
        let credentials = unsafe {
            Self::adopt(host::aws_credentials_new(
                allocator.as_ptr(),
                cursor(access_key_id),
                cursor(secret_access_key),
                cursor(session_token),
                expiration_s,
            ))
        };
        Ok(credentials.ok_or_else(last_error)?)
    }

    pub fn access_key_id(&self) -> &[u8] {
        self.part(host::aws_credentials_get_access_key_id)
    }

    pub fn secret_access_key(&self) -> &[u8] {
        self.part(host::aws_credentials_get_secret_access_key)
    }

    /// Empty when there is none.
    pub fn session_token(&self) -> &[u8] {
        self.part(host::aws_credentials_get_session_token)
    }

    fn part(&self, read: unsafe extern "C" fn(*const aws_credentials) -> aws_byte_cursor) -> &[u8] {
        // SAFETY: alive and unchanging for as long as `self`.
        unsafe { bytes_of(read(self.as_ptr())) }
    }

    /// Seconds since the Unix epoch; `u64::MAX` when the credentials do not end.
    pub fn expiration_s(&self) -> u64 {
        // SAFETY: the credentials are alive.
        unsafe { host::aws_credentials_get_expiration_timepoint_seconds(self.as_ptr()) }
    }

    /// Whether requests shall go unsigned.
    pub fn is_anonymous(&self) -> bool {
        // SAFETY: the credentials are alive.
        unsafe { host::aws_credentials_is_anonymous(self.as_ptr()) }
    }
}

/// A counted `aws_credentials_provider`, the CRT's or the program's own.
pub type CredentialsProvider = Counted<aws_credentials_provider>;

// SAFETY: providers are asked from any thread, and their count is atomic.
unsafe impl Count for aws_credentials_provider {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        let _ = unsafe { call_out!(host::aws_credentials_provider_acquire, object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_credentials_provider_release, object) };
    }
}

/// One question under way.
struct Query {
    answer: oneshot::Sender<Result<Credentials>>,
    /// Keeps the provider alive until it has answered.
    provider: CredentialsProvider,
    /// Outlives the provider.
    keep: Option<Keep>,
}

impl CredentialsProvider {
    /// Asks for credentials. The answer may come at once or later, from any thread; when the future
    /// is dropped before, it is let go, and `keep` after it.
    pub async fn credentials(&self, keep: Option<Keep>) -> Result<Credentials> {
        let answer = self.ask(keep)?;
        answer.await.unwrap_or_else(|_| Err(Error::new(Code::UNKNOWN)))
    }

    /// The same in two steps: the provider refuses here, or answers through the channel.
    pub fn ask(&self, keep: Option<Keep>) -> Result<oneshot::Receiver<Result<Credentials>>> {
        let (answer, receiver) = oneshot::channel();
        let (parcel, query) = Parcel::new(Query { answer, provider: self.clone(), keep });
        let callback: aws_on_get_credentials_callback_fn = Some(on_credentials);
        // SAFETY: the provider is alive, and `on_credentials` takes the query over.
        let asked = unsafe {
            call_out!(
                host::aws_credentials_provider_get_credentials,
                self.as_ptr(),
                callback,
                query
            )
        };
        // SAFETY: a provider that refuses does not call back.
        unsafe { parcel.after(query, asked)? };
        Ok(receiver)
    }
}

unsafe extern "C" fn on_credentials(
    credentials: *mut aws_credentials,
    error_code: c_int,
    query: *mut c_void,
) {
    guarded("answer of a credentials provider", || {
        // SAFETY: `ask` handed this over, and providers call back once.
        let Some(query) = (unsafe { Parcel::<Query>::open(query) }) else { return };
        let Query { answer, provider, keep } = query;
        // SAFETY: credentials are alive during the callback.
        let credentials = unsafe { Credentials::acquire(credentials) };
        // Whoever is told may count on the provider being let go.
        drop(provider);
        let _ = answer.send(verdict(credentials, error_code));
        drop(keep);
    });
}

/// An error number counts even beside credentials, and having neither is an error as well.
fn verdict<T>(credentials: Option<T>, error_code: c_int) -> Result<T> {
    match (error_code, credentials) {
        (0, Some(credentials)) => Ok(credentials),
        (0, None) => Err(Error::new(Code::AUTH_SIGNING_NO_CREDENTIALS)),
        (number, _) => Err(Error::new(Code(number))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credentials_are_an_error_with_or_without_a_number() {
        assert_eq!(verdict(Some(1), 0).unwrap(), 1);
        assert_eq!(verdict(None::<u8>, 7).unwrap_err().code(), Code(7));
        assert_eq!(verdict(Some(1), 7).unwrap_err().code(), Code(7));
        let neither = verdict(None::<u8>, 0).unwrap_err();
        assert_eq!(neither.code(), Code::AUTH_SIGNING_NO_CREDENTIALS);
    }
}
