//! Dates as text, read by the CRT, so that a text is a date here exactly where its own providers take it for one.

use core::mem::MaybeUninit;

use super::sys::{
    AWS_DATE_FORMAT_AUTO_DETECT, AWS_DATE_FORMAT_ISO_8601, aws_date_format, aws_date_time,
};
use super::{check, cursor, host};
use crate::error::Result;

/// Seconds from the Unix epoch to a date of ISO 8601 or RFC 822; 0 for any before it.
pub fn epoch_s(text: &[u8]) -> Result<u64> {
    let date = read(text, AWS_DATE_FORMAT_AUTO_DETECT)?;
    // SAFETY: the date lives during the call.
    Ok(unsafe { host::aws_date_time_as_epoch_secs(&date) } as u64)
}

/// A date of ISO 8601, as C keeps it.
pub fn iso_date(text: &[u8]) -> Result<aws_date_time> {
    read(text, AWS_DATE_FORMAT_ISO_8601)
}

fn read(text: &[u8], format: aws_date_format) -> Result<aws_date_time> {
    let text = cursor(text);
    let mut date = MaybeUninit::<aws_date_time>::zeroed();
    // SAFETY: the text and the place for the result live during the call.
    check(unsafe { host::aws_date_time_init_from_str_cursor(date.as_mut_ptr(), &text, format) })?;
    // SAFETY: filled in by the successful call.
    Ok(unsafe { date.assume_init() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_dates() {
        for (text, seconds) in [
            ("2023-06-26T17:33:30Z", Some(1_687_800_810)),
            ("2023-06-26T17:33:30.123Z", Some(1_687_800_810)),
            ("Mon, 26 Jun 2023 17:33:30 GMT", Some(1_687_800_810)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(epoch_s(text.as_bytes()).ok(), seconds, "{text}");
        }
    }
}
