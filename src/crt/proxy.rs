//! Proxy strategies of the program: objects that authenticate to a proxy in their own way.
//!
//! A strategy makes one negotiator per connection. For a tunnel the negotiator prepares each CONNECT request, now or
//! later and from any thread, and is shown the answer; for a forwarding proxy it changes every request on its way out.
//! Both sides speak through public vtables, so it does not matter whose strategy it is.

use core::ffi::{c_int, c_void};
use core::fmt;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::error::{Code, Error, Result};

use super::call::call_out;
use super::guard::guarded;
use super::raise::check_number;
use super::sys::*;
use super::{
    Allocator, Count, Counted, Keep, Message, Parcel, check, cursor, last_error, ref_count,
};

/// Whatever code C reports as a failure, success included, is one.
const NO_REASON: Code = Code::UNKNOWN;

/// A request as a negotiator leaves it: method, target and headers.
pub type Prepared = (Bytes, Bytes, Vec<(Bytes, Bytes)>);

type Headers<'a> = &'a [(Bytes, Bytes)];

/// What to do after a proxy has asked for (other) credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyRetry {
    Stop,
    NewConnection,
    SameConnection,
}

/// A counted `aws_http_proxy_strategy`, with the allocator that its negotiators come from.
#[derive(Clone)]
pub struct ProxyStrategy {
    object: Counted<aws_http_proxy_strategy>,
    allocator: Allocator,
}

/// What a strategy has made for one connection.
pub struct ProxyNegotiator {
    object: Counted<aws_http_proxy_negotiator>,
    allocator: Allocator,
    /// Outlives the negotiator.
    keep: Keep,
}

// SAFETY: the count is atomic; strategies are asked from any thread.
unsafe impl Count for aws_http_proxy_strategy {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        unsafe { ref_count::acquire(&raw mut (*object).ref_count) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        unsafe { ref_count::release(&raw mut (*object).ref_count) };
    }
}

// SAFETY: the count is atomic; one connection at a time uses a negotiator, on whatever thread.
unsafe impl Count for aws_http_proxy_negotiator {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        unsafe { ref_count::acquire(&raw mut (*object).ref_count) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        unsafe { ref_count::release(&raw mut (*object).ref_count) };
    }
}

impl ProxyStrategy {
    /// Adds a reference; None for NULL.
    ///
    /// # Safety
    /// A non-NULL `strategy` is alive.
    pub unsafe fn acquire(
        strategy: *mut aws_http_proxy_strategy,
        allocator: Allocator,
    ) -> Option<Self> {
        // SAFETY: as the caller promises.
        unsafe { Counted::acquire(strategy) }.map(|object| Self { object, allocator })
    }

    /// Whether the strategy is for tunnels; None if it is for neither kind of proxy.
    pub fn is_for_tunnels(&self) -> Option<bool> {
        // SAFETY: the strategy is alive.
        match unsafe { (*self.object.as_ptr()).proxy_connection_type } {
            AWS_HPCT_HTTP_TUNNEL => Some(true),
            AWS_HPCT_HTTP_FORWARD => Some(false),
            _ => None,
        }
    }

    /// Starts the negotiation of one connection. `keep` outlives the negotiator and every answer that it owes.
    pub fn negotiator(&self, keep: Keep) -> Result<ProxyNegotiator> {
        let strategy = self.object.as_ptr();
        // SAFETY: the strategy is alive, and so is the vtable of every strategy.
        let create = unsafe { (*strategy).vtable.as_ref() }.and_then(|it| it.create_negotiator);
        let create = create.ok_or_else(|| Error::new(Code::INVALID_ARGUMENT))?;
        // SAFETY: the caller's function; what it makes carries one reference for us.
        let object = unsafe { call_out!(create, strategy, self.allocator.as_ptr()) }?;
        // SAFETY: as above.
        let object = unsafe { Counted::adopt(object) };
        let object = object.ok_or_else(|| Error::new(last_error()))?;
        Ok(ProxyNegotiator { object, allocator: self.allocator, keep })
    }
}

impl fmt::Debug for ProxyStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object.fmt(f)
    }
}

/// A CONNECT request that a negotiator prepares.
struct Preparation {
    answer: oneshot::Sender<Result<Prepared>>,
    /// Alive until it has answered.
    message: Message,
    negotiator: Counted<aws_http_proxy_negotiator>,
    /// Outlives the negotiator.
    keep: Keep,
}

impl Preparation {
    fn end(self, prepared: Result<Prepared>) {
        let Self { answer, message, negotiator, keep } = self;
        drop((message, negotiator));
        // Nobody listens when the connection has been given up.
        let _ = answer.send(prepared);
        drop(keep);
    }
}

impl ProxyNegotiator {
    /// Has a request for a tunnel prepared. Dropping the future abandons the answer.
    pub async fn prepare(
        &self,
        method: &[u8],
        target: &[u8],
        headers: Headers<'_>,
    ) -> Result<Prepared> {
        let answer = self.ask(Message::new_request(self.allocator, method, target, headers)?)?;
        answer.await.unwrap_or_else(|_| Err(Error::new(NO_REASON)))
    }

    fn ask(&self, message: Message) -> Result<oneshot::Receiver<Result<Prepared>>> {
        let transform = self.tunnelling().and_then(|it| it.connect_request_transform);
        let transform = transform.ok_or_else(|| Error::new(Code::INVALID_ARGUMENT))?;
        let (answer, receiver) = oneshot::channel();
        let (negotiator, keep) = (self.object.clone(), self.keep.clone());
        let preparation = Preparation { answer, message, negotiator, keep };
        let message = preparation.message.as_ptr();
        let (parcel, preparation) = Parcel::new(preparation);
        let given_up: aws_http_proxy_negotiation_terminate_fn = Some(on_given_up);
        let prepared: aws_http_proxy_negotiation_http_request_forward_fn = Some(on_prepared);
        let negotiator = self.object.as_ptr();
        // SAFETY: both objects are alive, and one of the two functions takes the box over.
        let asked =
            unsafe { call_out!(transform, negotiator, message, given_up, prepared, preparation) };
        // SAFETY: as above.
        unsafe { parcel.after(preparation, asked.map(|()| 0))? };
        Ok(receiver)
    }

    /// Shows the head of the proxy's answer.
    pub fn see_head(&self, status: u16, headers: Headers<'_>) {
        let Some(vtable) = self.tunnelling() else { return };
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| aws_http_header {
                name: cursor(name),
                value: cursor(value),
                compression: AWS_HTTP_HEADER_COMPRESSION_USE_CACHE,
            })
            .collect();
        // What the functions return is of no consequence: the verdict is the retry directive.
        if let Some(see) = vtable.on_incoming_headers_callback {
            let (array, count) = (headers.as_ptr(), headers.len());
            let block = AWS_HTTP_HEADER_BLOCK_MAIN;
            // SAFETY: the negotiator and the headers are alive during the call.
            let _ = unsafe { call_out!(see, self.object.as_ptr(), block, array, count) };
        }
        if let Some(see) = vtable.on_status_callback {
            // SAFETY: the negotiator is alive.
            let _ = unsafe { call_out!(see, self.object.as_ptr(), i32::from(status)) };
        }
    }

    /// Shows a piece of the body of the proxy's answer.
    pub fn see_body(&self, body: &[u8]) {
        if let Some(see) = self.tunnelling().and_then(|it| it.on_incoming_body_callback) {
            let body = cursor(body);
            // SAFETY: the negotiator and the bytes are alive during the call.
            let _ = unsafe { call_out!(see, self.object.as_ptr(), &raw const body) };
        }
    }

    /// Whether and how to ask the proxy again.
    pub fn retry(&self) -> ProxyRetry {
        let Some(directive) = self.tunnelling().and_then(|it| it.get_retry_directive) else {
            return ProxyRetry::Stop;
        };
        // SAFETY: the negotiator is alive.
        match unsafe { call_out!(directive, self.object.as_ptr()) } {
            Ok(AWS_HPNRD_NEW_CONNECTION) => ProxyRetry::NewConnection,
            Ok(AWS_HPNRD_CURRENT_CONNECTION) => ProxyRetry::SameConnection,
            _ => ProxyRetry::Stop,
        }
    }

    /// Changes a request that a proxy is to pass on.
    pub fn transform(
        &self,
        method: &[u8],
        target: &[u8],
        headers: Headers<'_>,
    ) -> Result<Prepared> {
        // SAFETY: a negotiator of a forwarding strategy has this member of the union.
        let vtable = unsafe { (*self.object.as_ptr()).strategy_vtable.forwarding_vtable.as_ref() };
        let transform = vtable.and_then(|it| it.forward_request_transform);
        let transform = transform.ok_or_else(|| Error::new(Code::INVALID_ARGUMENT))?;
        let message = Message::new_request(self.allocator, method, target, headers)?;
        // SAFETY: both objects are alive.
        check(unsafe { call_out!(transform, self.object.as_ptr(), message.as_ptr()) }?)?;
        read(&message)
    }

    fn tunnelling(&self) -> Option<&aws_http_proxy_negotiator_tunnelling_vtable> {
        // SAFETY: a negotiator of a tunnelling strategy has this member of the union, and lives as long as we do.
        unsafe { (*self.object.as_ptr()).strategy_vtable.tunnelling_vtable.as_ref() }
    }
}

fn read(message: &Message) -> Result<Prepared> {
    let unset = || Error::new(Code::HTTP_DATA_NOT_AVAILABLE);
    let method = message.method().ok_or_else(unset)?;
    Ok((method, message.path().ok_or_else(unset)?, message.pairs()))
}

unsafe extern "C" fn on_prepared(message: *mut aws_http_message, preparation: *mut c_void) {
    guarded("answer of a proxy strategy", || {
        // SAFETY: `ask` handed this over, and negotiators answer once.
        let preparation = unsafe { Parcel::<Preparation>::open(preparation) };
        let Some(preparation) = preparation else { return };
        // SAFETY: the message is the one that `ask` passed, or another that is alive.
        let message = unsafe { Message::acquire(message) };
        let prepared = read(message.as_ref().unwrap_or(&preparation.message));
        preparation.end(prepared);
    });
}

unsafe extern "C" fn on_given_up(
    _message: *mut aws_http_message,
    error_code: c_int,
    preparation: *mut c_void,
) {
    guarded("answer of a proxy strategy", || {
        // SAFETY: as above.
        let preparation = unsafe { Parcel::<Preparation>::open(preparation) };
        let Some(preparation) = preparation else { return };
        let failure = check_number(error_code).err().unwrap_or_else(|| Error::new(NO_REASON));
        preparation.end(Err(failure));
    });
}
