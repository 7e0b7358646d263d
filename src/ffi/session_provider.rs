//! A provider of S3 Express credentials that the program brings along, as a source of sessions.
//!
//! It is made by the program's factory and asked through its own vtable. A question that nobody waits for any more
//! keeps the provider until it is answered; released, it keeps the client from its end until it says that it is gone.

use std::ffi::{c_int, c_void};
use std::sync::Arc;

use crate::sync::Mutex;
use tokio::sync::oneshot;

use super::callbacks::UserData;
use super::entry::enter;
use crate::abi::*;
use crate::client::SessionsFactory;
use crate::crt::call::call_out;
use crate::crt::sys::{
    aws_credentials, aws_on_get_credentials_callback_fn, aws_simple_completion_callback,
};
use crate::crt::{self, Allocator, Credentials, Crew, Parcel, ref_count};
use crate::error::{Code, Error, Result};
use crate::sign::{Asking, Sessions, Wanted};

/// One reference to a provider.
struct Provider {
    object: UserData,
    /// Where the provider is released: its end may take the program a while.
    crew: Arc<Crew>,
}

/// What the shutdown callback of a provider gives back.
type Hold = Mutex<Option<Arc<Crew>>>;

struct Foreign(Arc<Provider>);

/// Properties that a provider looks at.
struct Shown(Box<aws_credentials_properties_s3express>);

// SAFETY: points to what is kept beside it and never changes.
unsafe impl Send for Shown {}

/// What a provider is asked with; alive until it answers.
struct Question {
    answer: oneshot::Sender<Result<Option<Credentials>>>,
    properties: Shown,
    original: Credentials,
    /// What the properties show.
    _wanted: Wanted,
    provider: Arc<Provider>,
}

/// Captures what the factory of the configuration is called with. None if there is no factory.
pub(super) fn sessions_factory(
    allocator: Allocator,
    config: &aws_s3_client_config,
    client: *mut aws_s3_client,
) -> Option<SessionsFactory> {
    let factory = config.s3express_provider_override_factory?;
    let (user_data, client) = (UserData(config.factory_user_data), UserData(client.cast()));
    Some(Box::new(move |crew| {
        let (user_data, client) = (user_data, client);
        let hold: Arc<Hold> = Arc::new(Mutex::new(Some(crew.clone())));
        let held = Arc::into_raw(hold.clone());
        // SAFETY: the caller's function with the caller's pointer; `on_gone` takes `held` over, once.
        let provider = unsafe {
            let held = held.cast_mut().cast();
            let client = client.0.cast::<aws_s3_client>();
            let gone: aws_simple_completion_callback = Some(on_gone);
            call_out!(factory, allocator.as_ptr(), client, gone, held, user_data.0)
        };
        // Whether there is a provider that will say so, nobody knows: `held` is left to it.
        let provider: *mut aws_s3express_credentials_provider =
            provider.inspect_err(|_| drop(hold.lock().take()))?;
        if provider.is_null() {
            let error = Error::from(crt::last_error());
            if hold.lock().take().is_some() {
                // SAFETY: there is no provider that could still give it back.
                drop(unsafe { Arc::from_raw(held) });
            }
            return Err(error);
        }
        let object = UserData(provider.cast());
        Ok(Arc::new(Foreign(Arc::new(Provider { object, crew }))))
    }))
}

/// The provider is gone.
unsafe extern "C" fn on_gone(held: *mut c_void) {
    enter(|| {
        // SAFETY: given away when the provider was made, and providers say this once.
        let hold = unsafe { Arc::from_raw(held.cast_const().cast::<Hold>()) };
        let crew = hold.lock().take();
        drop(crew);
        Ok(())
    });
}

impl Provider {
    fn as_ptr(&self) -> *mut aws_s3express_credentials_provider {
        self.object.0.cast()
    }

    /// Asks; the provider refuses here, or answers through the channel.
    fn ask(
        self: &Arc<Self>,
        original: Credentials,
        wanted: &Wanted,
    ) -> Result<oneshot::Receiver<Result<Option<Credentials>>>> {
        let (answer, receiver) = oneshot::channel();
        let wanted = wanted.clone();
        // All is behind pointers, and stays where it is when the question is moved.
        let properties = Shown(Box::new(aws_credentials_properties_s3express {
            host: crt::cursor(wanted.bucket.origin.host.as_bytes()),
            region: crt::cursor(&wanted.bucket.region),
            headers: wanted.headers.as_ptr(),
        }));
        let provider = self.clone();
        let question = Question { answer, properties, original, _wanted: wanted, provider };
        // SAFETY: the provider is alive, and its vtable outlives it.
        let ask = unsafe { (*(*self.as_ptr()).vtable).get_credentials };
        let ask = ask.ok_or(Code::INVALID_ARGUMENT)?;
        let shown: *const aws_credentials = question.original.as_ptr();
        let properties = &raw const *question.properties.0;
        let (parcel, question) = Parcel::new(question);
        let callback: aws_on_get_credentials_callback_fn = Some(on_credentials);
        // SAFETY: the provider is alive; the question holds all that it shows, and `on_credentials` takes it over.
        let asked = unsafe { call_out!(ask, self.as_ptr(), shown, properties, callback, question) };
        // SAFETY: a provider that refuses does not call back.
        unsafe { parcel.after(question, asked)? };
        Ok(receiver)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let object = self.object;
        self.crew.post(self.crew.pick(), move || {
            let object = object;
            // SAFETY: the reference is ours, and nobody uses it any more.
            unsafe {
                let provider = object.0.cast::<aws_s3express_credentials_provider>();
                ref_count::release(&raw mut (*provider).ref_count);
            }
        });
    }
}

impl Sessions for Foreign {
    fn credentials<'a>(&'a self, original: Credentials, wanted: &'a Wanted) -> Asking<'a> {
        Box::pin(async move {
            let answer = self.0.ask(original, wanted)?;
            answer.await.unwrap_or_else(|_| Err(Code::UNKNOWN.into()))
        })
    }
}

unsafe extern "C" fn on_credentials(
    credentials: *mut aws_credentials,
    error_code: c_int,
    question: *mut c_void,
) {
    enter(|| {
        // SAFETY: `ask` handed this over, and providers call back once.
        let Some(question) = (unsafe { Parcel::<Question>::open(question) }) else {
            return Ok(());
        };
        // SAFETY: credentials are alive during the callback.
        let credentials = unsafe { Credentials::acquire(credentials) };
        let Question { answer, original, provider, .. } = question;
        // Whoever is told may count on both being let go.
        drop((original, provider));
        let verdict = if error_code == 0 { Ok(credentials) } else { Err(Code(error_code).into()) };
        let _ = answer.send(verdict);
        Ok(())
    });
}
