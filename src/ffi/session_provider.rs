//! A provider of S3 Express credentials that the program brings along, as a source of sessions.
//!
//! It is made by the program's factory and asked through its own vtable. A question that nobody waits for any more
//! keeps the provider until it is answered; released, it keeps the client from its end until it says that it is gone.

use std::ffi::{c_int, c_void};
use std::sync::Arc;

use crate::sync::Mutex;
use tokio::sync::oneshot;

use super::callbacks::UserData;
use super::entry::entry;
use super::s3express_credentials_provider::{
    aws_s3express_credentials_provider_get_credentials, aws_s3express_credentials_provider_release,
};
use crate::abi::*;
use crate::client::SessionsFactory;
use crate::crt::sys::aws_credentials;
use crate::crt::{self, Allocator, Credentials, Crew};
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

/// What a provider is asked with; alive until it answers.
struct Question {
    answer: oneshot::Sender<Result<Option<Credentials>>>,
    properties: aws_credentials_properties_s3express,
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
            factory(allocator.as_ptr(), client.0.cast(), Some(on_gone), held, user_data.0)
        };
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
    entry(|| {
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
        // Both are behind counted pointers, and stay where they are when the question is moved.
        let properties = aws_credentials_properties_s3express {
            host: crt::cursor(wanted.bucket.origin.host.as_bytes()),
            region: crt::cursor(&wanted.bucket.region),
            headers: wanted.headers.as_ptr(),
        };
        let provider = self.clone();
        let question = Question { answer, properties, original, _wanted: wanted, provider };
        let question = Box::into_raw(Box::new(question));
        // SAFETY: the provider is alive; the question holds all that it shows, and `on_credentials` takes it over.
        let asked = unsafe {
            aws_s3express_credentials_provider_get_credentials(
                self.as_ptr(),
                (*question).original.as_ptr(),
                &raw const (*question).properties,
                Some(on_credentials),
                question.cast(),
            )
        };
        if asked != 0 {
            let error = crt::last_error();
            // SAFETY: a provider that refuses does not call back, so the question is still ours.
            drop(unsafe { Box::from_raw(question) });
            return Err(error.into());
        }
        Ok(receiver)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let object = self.object;
        self.crew.post(self.crew.pick(), move || {
            let object = object;
            // SAFETY: the reference is ours, and nobody uses it any more.
            unsafe { aws_s3express_credentials_provider_release(object.0.cast()) };
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
    entry(|| {
        // SAFETY: `ask` gave this box away, and providers call back once.
        let question = *unsafe { Box::from_raw(question.cast::<Question>()) };
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
