//! Keeps panics from crossing into C.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::log;

/// Runs code that C (or a thread's bottom) called; a panic becomes a log line and None.
pub(super) fn guarded<T>(place: &str, run: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => Some(value),
        Err(payload) => {
            log!(Fatal, General, "panic in {place}: {}", text_of(payload.as_ref()));
            // A payload may panic when dropped, and nobody is left to catch that.
            std::mem::forget(payload);
            None
        }
    }
}

fn text_of(payload: &(dyn std::any::Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "no text"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_here() {
        assert_eq!(guarded("test", || 3), Some(3));
        assert_eq!(guarded("test", || panic!("expected by the test")), None::<u8>);
    }

    #[test]
    fn payloads_have_a_text() {
        assert_eq!(text_of(&"static"), "static");
        assert_eq!(text_of(&"owned".to_owned()), "owned");
        assert_eq!(text_of(&7), "no text");
    }
}
