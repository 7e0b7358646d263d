//! Reading points in time from text: the formats of HTTP headers and of ISO 8601.

use core::mem::MaybeUninit;

use super::*;

/// `AWS_DATE_TIME_STR_MAX_LEN`
const MAX_LEN: usize = 100;
const MONTHS: [&[u8]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// What a text says, before it is a moment.
#[derive(Default)]
struct Reading {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    /// Name of the zone, as far as the format keeps it.
    zone: [c_char; 6],
    /// Seconds that the text's clock is ahead of UTC.
    ahead: i64,
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_init_from_str(
    dt: &mut MaybeUninit<aws_date_time>,
    date_str: &aws_byte_buf,
    fmt: aws_date_format,
) -> c_int {
    read(dt, used(date_str), fmt)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_init_from_str_cursor(
    dt: &mut MaybeUninit<aws_date_time>,
    date_str_cursor: &aws_byte_cursor,
    fmt: aws_date_format,
) -> c_int {
    read(dt, shown(date_str_cursor), fmt)
}

fn read(dt: &mut MaybeUninit<aws_date_time>, text: &[u8], fmt: aws_date_format) -> c_int {
    if text.len() > MAX_LEN {
        return raise(AWS_ERROR_OVERFLOW_DETECTED);
    }
    let reading = match fmt {
        AWS_DATE_FORMAT_RFC822 => rfc_822(text),
        AWS_DATE_FORMAT_ISO_8601 | AWS_DATE_FORMAT_ISO_8601_BASIC => iso_8601(text),
        AWS_DATE_FORMAT_AUTO_DETECT => iso_8601(text).or_else(|| rfc_822(text)),
        _ => return raise(AWS_ERROR_INVALID_ARGUMENT),
    };
    match reading {
        Some(reading) => dt.write(moment(&reading)),
        None => return raise(AWS_ERROR_INVALID_DATE_STR),
    };
    SUCCESS
}

/// The moment; parts out of range carry over, as `timegm` does it.
fn moment(reading: &Reading) -> aws_date_time {
    // SAFETY: all fields may be zero; the system only reads and normalises them.
    let seconds = unsafe {
        let mut parts: libc::tm = core::mem::zeroed();
        parts.tm_year = reading.year as c_int - 1900;
        parts.tm_mon = reading.month as c_int - 1;
        parts.tm_mday = reading.day as c_int;
        parts.tm_hour = reading.hour as c_int;
        parts.tm_min = reading.minute as c_int;
        parts.tm_sec = reading.second as c_int;
        libc::timegm(&mut parts)
    };
    date_time::at(seconds - reading.ahead, 0, reading.zone, true)
}

/// Takes a number of exactly `digits` digits off the front.
fn number(text: &mut &[u8], digits: usize) -> Option<u32> {
    let (number, rest) = text.split_at_checked(digits)?;
    let value = number.iter().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0'))
    })?;
    *text = rest;
    Some(value)
}

/// Takes one byte off the front if it is the expected one.
fn skip(text: &mut &[u8], expected: u8) -> Option<()> {
    *text = text.strip_prefix(&[expected])?;
    Some(())
}

/// `2024-02-03T04:05:06.789Z`, with or without the punctuation, the fraction and the time.
fn iso_8601(text: &[u8]) -> Option<Reading> {
    let mut text = text;
    let mut reading = Reading { year: number(&mut text, 4)?, ..Reading::default() };
    let dashes = text.first() == Some(&b'-');
    if dashes {
        skip(&mut text, b'-')?;
    }
    reading.month = number(&mut text, 2)?;
    if dashes {
        skip(&mut text, b'-')?;
    }
    reading.day = number(&mut text, 2)?;
    if text.is_empty() {
        return Some(reading);
    }
    let separator = text.first().copied().filter(|byte| matches!(byte, b'T' | b't' | b' '))?;
    skip(&mut text, separator)?;
    reading.hour = number(&mut text, 2)?;
    let colons = text.first() == Some(&b':');
    if colons {
        skip(&mut text, b':')?;
    }
    reading.minute = number(&mut text, 2)?;
    if colons {
        skip(&mut text, b':')?;
    }
    reading.second = number(&mut text, 2)?;
    // A fraction is read over: the struct keeps whole seconds of a text.
    if matches!(text.first(), Some(b'.' | b',')) {
        let digits = text[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        text = text[1..].get(digits..).filter(|_| digits > 0)?;
    }
    reading.ahead = zone(text).filter(|_| !text.is_empty())?.1;
    Some(reading)
}

/// `Sat, 03 Feb 2024 04:05:06 GMT`, with or without the day of the week.
fn rfc_822(text: &[u8]) -> Option<Reading> {
    let text = match text.iter().position(|&byte| byte == b',') {
        Some(comma) => text[comma + 1..].strip_prefix(b" ")?,
        None => text,
    };
    let mut words = text.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
    let mut day = words.next()?;
    let day_digits = Some(day.len()).filter(|digits| *digits <= 2)?;
    let mut reading = Reading { day: number(&mut day, day_digits)?, ..Reading::default() };
    let month = words.next()?.to_ascii_lowercase();
    reading.month = MONTHS.iter().position(|name| **name == month)? as u32 + 1;
    let mut year = words.next()?;
    reading.year = match year.len() {
        2 => 2000 + number(&mut year, 2)?,
        _ => number(&mut year, 4).filter(|_| year.is_empty())?,
    };
    let mut time = words.next()?;
    reading.hour = number(&mut time, 2)?;
    skip(&mut time, b':')?;
    reading.minute = number(&mut time, 2)?;
    skip(&mut time, b':')?;
    reading.second = number(&mut time, 2).filter(|_| time.is_empty())?;
    // A minus belongs to the zone: take what is left of the text, not of the words.
    let rest = &text[text.len() - text.iter().rev().position(|&byte| byte == b' ')?..];
    (reading.zone, reading.ahead) = zone(rest).filter(|_| !rest.is_empty())?;
    Some(reading)
}

/// Name of a time zone and how far it is ahead: none, a name of UTC, or hours and minutes with a sign.
fn zone(text: &[u8]) -> Option<([c_char; 6], i64)> {
    let mut name = [0; 6];
    for (place, byte) in name.iter_mut().zip(text.iter().take(5)) {
        *place = *byte as c_char;
    }
    let (sign, mut offset) = match text {
        [] => return Some((name, 0)),
        [b'+', offset @ ..] => (1, offset),
        [b'-', offset @ ..] => (-1, offset),
        _ => {
            let utc = [&b"Z"[..], b"GMT", b"UT", b"UTC"];
            return utc.iter().any(|utc| text.eq_ignore_ascii_case(utc)).then_some((name, 0));
        }
    };
    let hours = number(&mut offset, 2)?;
    let mut offset = offset.strip_prefix(b":").unwrap_or(offset);
    let minutes = number(&mut offset, 2).filter(|_| offset.is_empty())?;
    Some((name, sign * i64::from(hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_their_moments() {
        const SECONDS: i64 = 1_706_933_106;
        for (format, text, expected) in [
            (AWS_DATE_FORMAT_ISO_8601, "2024-02-03T04:05:06Z", Some((SECONDS, 0))),
            (AWS_DATE_FORMAT_ISO_8601, "2024-02-03T04:05:06.7Z", Some((SECONDS, 0))),
            (AWS_DATE_FORMAT_ISO_8601, "2024-02-03T06:05:06.123456+02:00", Some((SECONDS, 0))),
            (AWS_DATE_FORMAT_ISO_8601_BASIC, "20240203T040506Z", Some((SECONDS, 0))),
            (AWS_DATE_FORMAT_ISO_8601, "2024-02-03", Some((1_706_918_400, 0))),
            (AWS_DATE_FORMAT_RFC822, "Sat, 03 Feb 2024 04:05:06 GMT", Some((SECONDS, 0))),
            (AWS_DATE_FORMAT_RFC822, "3 Feb 24 00:05:06 -0400", Some((SECONDS, 0))),
            (AWS_DATE_FORMAT_AUTO_DETECT, "Sat, 03 Feb 2024 04:05:06 UTC", Some((SECONDS, 0))),
            (AWS_DATE_FORMAT_RFC822, "Sat, 03 Foo 2024 04:05:06 GMT", None),
            (AWS_DATE_FORMAT_RFC822, "Fri, 02 Feb 2024 28:05:06 GMT", Some((SECONDS, 0))),
            (AWS_DATE_FORMAT_RFC822, "Sat, 03-Feb-2024 04:05:06 GMT", None),
            (AWS_DATE_FORMAT_RFC822, "", None),
            (AWS_DATE_FORMAT_RFC822, "Sat, 99999999999 Feb 2024 04:05:06 GMT", None),
            (AWS_DATE_FORMAT_ISO_8601, "2024-02-03T04:05", None),
            (AWS_DATE_FORMAT_ISO_8601, "2024-02-03T04:05:06Zulu", None),
            (AWS_DATE_FORMAT_AUTO_DETECT, "yesterday", None),
        ] {
            let mut dt = MaybeUninit::uninit();
            let result =
                aws_date_time_init_from_str_cursor(&mut dt, &view(text.as_bytes()), format);
            assert_eq!(result == SUCCESS, expected.is_some(), "{text}");
            if let Some(expected) = expected {
                // SAFETY: filled on success.
                let dt = unsafe { dt.assume_init_ref() };
                assert_eq!((dt.timestamp, i64::from(dt.milliseconds)), expected, "{text}");
            }
        }
    }
}
