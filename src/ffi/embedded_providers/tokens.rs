//! Tokens of identity providers that a program looks up anew for each question to Cognito.

use std::ffi::{c_int, c_void};

use tokio::sync::oneshot;

use super::text;
use crate::crt::Parcel;
use crate::crt::call::call_out;
use crate::crt::sys::*;
use crate::error::{Code, Result};
use crate::ffi::callbacks::UserData;
use crate::ffi::entry::enter;

pub type Pairs = Vec<(String, String)>;

/// The function of a program's.
pub struct Tokens {
    pub get: Get,
    pub user_data: UserData,
}

type Get = unsafe extern "C" fn(
    *mut c_void,
    aws_credentials_provider_cognito_get_token_pairs_completion_fn,
    *mut c_void,
) -> c_int;

type Answer = oneshot::Sender<Result<Pairs>>;

impl Tokens {
    pub async fn pairs(&self) -> Result<Pairs> {
        self.ask()?.await.unwrap_or_else(|_| Err(Code::UNKNOWN.into()))
    }

    fn ask(&self) -> Result<oneshot::Receiver<Result<Pairs>>> {
        let (answer, receiver) = oneshot::channel();
        let (parcel, answer) = Parcel::<Answer>::new(answer);
        let callback: aws_credentials_provider_cognito_get_token_pairs_completion_fn =
            Some(on_pairs);
        // SAFETY: the program's function with the program's pointer; `on_pairs` takes the answer over, once.
        let asked = unsafe { call_out!(self.get, self.user_data.0, callback, answer) };
        // SAFETY: a function that refuses does not call back.
        unsafe { parcel.after(answer, asked)? };
        Ok(receiver)
    }
}

unsafe extern "C" fn on_pairs(
    logins: *mut aws_cognito_identity_provider_token_pair,
    count: usize,
    error_code: c_int,
    answer: *mut c_void,
) {
    enter(|| {
        // SAFETY: handed over by `ask`, and called back once; the logins are readable during the call.
        let (answer, logins) = unsafe { (Parcel::<Answer>::open(answer), pairs(logins, count)) };
        let Some(answer) = answer else { return Ok(()) };
        // Whoever has stopped waiting does not mind.
        let _ = answer.send(if error_code == 0 { logins } else { Err(Code(error_code).into()) });
        Ok(())
    });
}

/// # Safety
/// NULL, or so many pairs that show readable memory.
pub unsafe fn pairs(
    logins: *const aws_cognito_identity_provider_token_pair,
    count: usize,
) -> Result<Pairs> {
    if logins.is_null() || count == 0 {
        return Ok(Pairs::new());
    }
    // SAFETY: as the caller promises.
    let logins = unsafe { std::slice::from_raw_parts(logins, count) };
    let pair = |login: &aws_cognito_identity_provider_token_pair| {
        // SAFETY: as the caller promises.
        unsafe { Ok((text(login.identity_provider_name)?, text(login.identity_provider_token)?)) }
    };
    logins.iter().map(pair).collect()
}
