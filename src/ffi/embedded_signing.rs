//! `aws_sign_request_aws` of the embedded CRT: a program signs a request of its own, as the client signs its requests.
//!
//! It stands here and not with the other functions of that CRT because it uses the library's own signer. What is
//! signed is a request, by headers or by query parameters; chunks, events and canonical requests are refused.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;

use super::argument;
use super::callbacks::UserData;
use super::entry::{enter, entry};
use super::options::signing_config;
use crate::crt::call::call_out;
use crate::crt::sys::*;
use crate::crt::{self, Credentials, CredentialsProvider, InputStream, Parcel};
use crate::error::{Code, Error, Result};
use crate::net::RequestHead;
use crate::sign::{self, SignatureType, SigningConfig};

const HEADERS: &str = "headers";
const PARAMETERS: &str = "params";
const SIGNATURE: &str = "signature";
const SENT_BY_HEADER: u32 = AWS_SBHT_X_AMZ_CONTENT_SHA256;
const PIECE_BYTES: usize = 16 * 1024;

// What is read, and what is filled, are objects of the embedded CRT or of the program.
unsafe extern "C" {
    fn aws_signable_get_property(
        signable: *const aws_signable,
        name: *const aws_string,
        out_value: *mut aws_byte_cursor,
    ) -> c_int;
    fn aws_signable_get_property_list(
        signable: *const aws_signable,
        name: *const aws_string,
        out_property_list: *mut *mut aws_array_list,
    ) -> c_int;
    fn aws_signable_get_payload_stream(
        signable: *const aws_signable,
        out_input_stream: *mut *mut aws_input_stream,
    ) -> c_int;
    fn aws_signing_result_init(
        result: *mut aws_signing_result,
        allocator: *mut aws_allocator,
    ) -> c_int;
    fn aws_signing_result_clean_up(result: *mut aws_signing_result);
    fn aws_signing_result_set_property(
        result: *mut aws_signing_result,
        property_name: *const aws_string,
        property_value: *const aws_byte_cursor,
    ) -> c_int;
    fn aws_signing_result_append_property_list(
        result: *mut aws_signing_result,
        list_name: *const aws_string,
        property_name: *const aws_byte_cursor,
        property_value: *const aws_byte_cursor,
    ) -> c_int;
    fn aws_input_stream_seek(
        stream: *mut aws_input_stream,
        offset: i64,
        basis: aws_stream_seek_basis,
    ) -> c_int;
    fn aws_validate_aws_signing_config_aws(config: *const aws_signing_config_aws) -> c_int;
    fn aws_credentials_provider_get_credentials(
        provider: *mut aws_credentials_provider,
        callback: aws_on_get_credentials_callback_fn,
        user_data: *mut c_void,
    ) -> c_int;
}

// SAFETY: signing goes on on the thread of the provider, where the program says that the signable may be used.
unsafe impl Send for Job {}

/// One request to be signed.
struct Job {
    allocator: *mut aws_allocator,
    signable: *const aws_signable,
    config: SigningConfig,
    /// None: to be computed from the body.
    payload_value: Option<Bytes>,
    date: SystemTime,
    on_complete: aws_signing_complete_fn,
    user_data: UserData,
}

/// Signs a request.
///
/// Calls `on_complete` once when this returns AWS_OP_SUCCESS: at once if the configuration has credentials, and on the
/// thread of the provider otherwise.
///
/// cbindgen:ignore
///
/// # Safety
///
/// `signable` is alive until `on_complete` has been called, everything else for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_sign_request_aws(
    allocator: *mut aws_allocator,
    signable: *const aws_signable,
    base_config: *const aws_signing_config_aws,
    on_complete: aws_signing_complete_fn,
    userdata: *mut c_void,
) -> c_int {
    entry(|| {
        // SAFETY: every kind of configuration begins with its kind; one of this kind is the whole struct.
        unsafe {
            if base_config.is_null() || signable.is_null() {
                return Err(Code::INVALID_ARGUMENT.into());
            }
            if (*base_config).config_type != AWS_SIGNING_CONFIG_AWS {
                return Err(Code::AUTH_SIGNING_MISMATCHED_CONFIGURATION.into());
            }
            if aws_validate_aws_signing_config_aws(base_config) != 0 {
                return Err(crt::last_error().into());
            }
            let user_data = UserData(userdata);
            let job = Job::new(allocator, signable, &*base_config, on_complete, user_data)?;
            start(job)
        }
    })
}

/// # Safety
/// As for `aws_sign_request_aws`.
unsafe fn start(job: Job) -> Result<c_int> {
    if let Some(credentials) = job.config.credentials.clone() {
        // SAFETY: as the caller promises.
        unsafe { job.finish(Ok(credentials)) };
        return Ok(0);
    }
    let provider = job.config.credentials_provider.clone();
    let provider = provider.ok_or(Code::AUTH_SIGNING_INVALID_CONFIGURATION)?;
    let (parcel, job) = Parcel::new(job);
    let callback: aws_on_get_credentials_callback_fn = Some(on_credentials);
    let get = aws_credentials_provider_get_credentials;
    // SAFETY: the provider is alive; `on_credentials` takes the job over, once.
    let asked = unsafe { call_out!(get, CredentialsProvider::as_ptr(&provider), callback, job) };
    // SAFETY: a provider that refuses does not call back.
    unsafe { parcel.after(job, asked)? };
    Ok(0)
}

unsafe extern "C" fn on_credentials(
    credentials: *mut aws_credentials,
    _error_code: c_int,
    job: *mut c_void,
) {
    enter(|| {
        // SAFETY: handed over by `start`, and providers call back once; credentials are alive during the call.
        unsafe {
            let credentials = Credentials::acquire(credentials);
            if let Some(job) = Parcel::<Job>::open(job) {
                job.finish(credentials.ok_or(Code::AUTH_SIGNING_NO_CREDENTIALS));
            }
        }
        Ok(())
    });
}

impl Job {
    /// # Safety
    /// As for `aws_sign_request_aws`.
    unsafe fn new(
        allocator: *mut aws_allocator,
        signable: *const aws_signable,
        given: &aws_signing_config_aws,
        on_complete: aws_signing_complete_fn,
        user_data: UserData,
    ) -> Result<Self> {
        // SAFETY: as the caller promises; the configuration is read once.
        let (mut config, value) =
            unsafe { (signing_config(given, b""), argument::bytes(given.signed_body_value)) };
        if let SignatureType::Other(_) = config.rules.signature_type {
            return Err(Error::from(Code(UNSUPPORTED_SIGNATURE_TYPE)));
        }
        config.rules.hides_payload_value = given.signed_body_header != SENT_BY_HEADER;
        let payload_value = (!value.is_empty()).then_some(value);
        let seconds = u64::try_from(given.date.timestamp).unwrap_or(0);
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        Ok(Self { allocator, signable, config, payload_value, date, on_complete, user_data })
    }

    /// # Safety
    /// The signable is alive.
    unsafe fn finish(self, credentials: Result<Credentials, Code>) {
        // SAFETY: as the caller promises; the result is initialised here and cleaned up after the callback.
        unsafe {
            let mut result = MaybeUninit::<aws_signing_result>::uninit();
            aws_signing_result_init(result.as_mut_ptr(), self.allocator);
            let signed = credentials
                .map_err(Error::from)
                .and_then(|credentials| self.sign(&credentials, result.as_mut_ptr()));
            let (shown, code) = match signed {
                Ok(()) => (result.as_mut_ptr(), Code::SUCCESS),
                Err(error) => (ptr::null_mut(), error.code()),
            };
            if let Some(on_complete) = self.on_complete {
                let _ = call_out!(on_complete, shown, code.0, self.user_data.0);
            }
            aws_signing_result_clean_up(result.as_mut_ptr());
        }
    }

    /// # Safety
    /// The signable is alive, and the result initialised.
    unsafe fn sign(
        &self,
        credentials: &Credentials,
        result: *mut aws_signing_result,
    ) -> Result<()> {
        if credentials.is_anonymous() {
            return Ok(());
        }
        // SAFETY: as the caller promises.
        let mut head = unsafe { self.head()? };
        let payload_value = match &self.payload_value {
            Some(value) => value.clone(),
            // SAFETY: as the caller promises.
            None => unsafe { self.hash_of_body()? },
        };
        let (given_headers, given_target) = (head.headers.len(), head.target.clone());
        let (rules, secrets) = (&self.config.rules, sign::secrets(credentials));
        sign::sign_with(rules, &mut head, secrets, &payload_value, self.date)?;
        let mut added = Added { result, signature: Bytes::new() };
        for (name, value) in head.headers.iter().skip(given_headers) {
            if name.eq_ignore_ascii_case(b"Authorization") {
                let at = value.windows(10).rposition(|piece| piece == b"Signature=");
                added.signature = at.map_or(Bytes::new(), |at| value.slice(at + 10..));
            }
            added.push(HEADERS, name, value)?;
        }
        for parameter in parameters(&head.target).skip(parameters(&given_target).count()) {
            let at = parameter.iter().position(|byte| *byte == b'=').unwrap_or(parameter.len());
            let (name, value) = (&parameter[..at], parameter.get(at + 1..).unwrap_or_default());
            if name == b"X-Amz-Signature" {
                added.signature = Bytes::copy_from_slice(value);
            }
            added.push(PARAMETERS, name, value)?;
        }
        added.finish()
    }

    /// # Safety
    /// The signable is alive.
    unsafe fn head(&self) -> Result<RequestHead> {
        // SAFETY: as the caller promises; what is shown is copied at once.
        unsafe {
            let mut head = RequestHead::new(self.property("method")?, self.property("uri")?);
            let name = crt::OwnedString::new(Default::default(), HEADERS.as_bytes());
            let mut list: *mut aws_array_list = ptr::null_mut();
            if aws_signable_get_property_list(self.signable, name.as_ptr(), &mut list) != 0 {
                return Err(crt::last_error().into());
            }
            if let Some(list) = list.as_ref().filter(|list| list.length > 0) {
                let pairs = list.data.cast::<[aws_byte_cursor; 2]>();
                for [name, value] in std::slice::from_raw_parts(pairs, list.length) {
                    head.headers.push(argument::bytes(*name), argument::bytes(*value));
                }
            }
            Ok(head)
        }
    }

    /// # Safety
    /// The signable is alive.
    unsafe fn property(&self, name: &str) -> Result<Bytes> {
        let name = crt::OwnedString::new(Default::default(), name.as_bytes());
        let mut value = aws_byte_cursor { len: 0, ptr: ptr::null_mut() };
        // SAFETY: as the caller promises; the value is copied at once.
        unsafe {
            if aws_signable_get_property(self.signable, name.as_ptr(), &mut value) != 0 {
                return Err(crt::last_error().into());
            }
            Ok(argument::bytes(value))
        }
    }

    /// The body is read from its beginning, and left there.
    ///
    /// # Safety
    /// The signable is alive.
    unsafe fn hash_of_body(&self) -> Result<Bytes> {
        let mut hash = Context::new(&SHA256);
        let mut stream: *mut aws_input_stream = ptr::null_mut();
        // SAFETY: as the caller promises; nobody else reads the stream meanwhile.
        unsafe {
            if aws_signable_get_payload_stream(self.signable, &mut stream) != 0 {
                return Err(crt::last_error().into());
            }
            if let Some(mut stream) = InputStream::acquire(stream) {
                crt::check(aws_input_stream_seek(stream.as_ptr(), 0, AWS_SSB_BEGIN))?;
                let mut piece = Vec::with_capacity(PIECE_BYTES);
                while !stream.at_end()? {
                    piece.clear();
                    stream.read(&mut piece, PIECE_BYTES)?;
                    hash.update(&piece);
                }
                crt::check(aws_input_stream_seek(stream.as_ptr(), 0, AWS_SSB_BEGIN))?;
            }
        }
        Ok(sign::hex(hash.finish().as_ref()).into())
    }
}

/// The parameters of a target, as they stand.
fn parameters(target: &[u8]) -> impl Iterator<Item = &[u8]> {
    let query =
        target.iter().position(|byte| *byte == b'?').map_or(&[][..], |at| &target[at + 1..]);
    query.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty())
}

/// Fills a result.
struct Added {
    result: *mut aws_signing_result,
    signature: Bytes,
}

impl Added {
    fn push(&mut self, list: &str, name: &[u8], value: &[u8]) -> Result<()> {
        let list = crt::OwnedString::new(Default::default(), list.as_bytes());
        let (name, value) = (crt::cursor(name), crt::cursor(value));
        // SAFETY: an initialised result, which copies the rest.
        crt::check(unsafe {
            aws_signing_result_append_property_list(self.result, list.as_ptr(), &name, &value)
        })
    }

    fn finish(self) -> Result<()> {
        let name = crt::OwnedString::new(Default::default(), SIGNATURE.as_bytes());
        let value = crt::cursor(&self.signature);
        // SAFETY: an initialised result, which copies the rest.
        crt::check(unsafe { aws_signing_result_set_property(self.result, name.as_ptr(), &value) })
    }
}

const UNSUPPORTED_SIGNATURE_TYPE: i32 = 6161;
