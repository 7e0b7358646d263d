//! Points in time: a number of seconds and milliseconds, and its parts in UTC and here.
//!
//! Reading text is the business of [`super::date_text`].

use core::mem::MaybeUninit;

use super::*;

const MILLIS: u64 = 1000;

/// Fills in the parts of a moment.
pub(super) fn at(
    timestamp: time_t,
    milliseconds: u16,
    tz: [c_char; 6],
    utc_assumed: bool,
) -> aws_date_time {
    // SAFETY: all fields of the parts may be zero, and the system fills them.
    unsafe {
        let (mut gmt_time, mut local_time) = core::mem::zeroed();
        libc::gmtime_r(&timestamp, &mut gmt_time);
        libc::localtime_r(&timestamp, &mut local_time);
        aws_date_time { timestamp, milliseconds, tz, gmt_time, local_time, utc_assumed }
    }
}

fn from_millis(millis: u64) -> aws_date_time {
    let seconds = time_t::try_from(millis / MILLIS).unwrap_or(time_t::MAX);
    at(seconds, (millis % MILLIS) as u16, [0; 6], true)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_init_now(dt: &mut MaybeUninit<aws_date_time>) {
    dt.write(from_millis(clock::wall_ns() as u64 / 1_000_000));
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_init_epoch_millis(
    dt: &mut MaybeUninit<aws_date_time>,
    ms_since_epoch: u64,
) {
    dt.write(from_millis(ms_since_epoch));
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_init_epoch_secs(dt: &mut MaybeUninit<aws_date_time>, sec_ms: f64) {
    let seconds = sec_ms.trunc();
    let milliseconds = ((sec_ms - seconds) * MILLIS as f64).round();
    dt.write(at(seconds as time_t, milliseconds as u16, [0; 6], true));
}

/// Text of the parts, by a format of strftime.
fn format(parts: &libc::tm, format: &core::ffi::CStr, room: &mut [u8]) -> usize {
    // SAFETY: the text is within the room; 0 when it does not fit.
    unsafe { libc::strftime(room.as_mut_ptr().cast(), room.len(), format.as_ptr(), parts) }
}

/// The moment as log lines show it.
pub(super) fn now_iso_8601() -> String {
    let now = from_millis(clock::wall_ns() as u64 / 1_000_000);
    let mut room = [0; 32];
    let len = format(&now.gmt_time, c"%Y-%m-%dT%H:%M:%SZ", &mut room);
    String::from_utf8_lossy(&room[..len]).into_owned()
}

/// Appends a text; one that needs the last byte of room is refused, for its zero.
fn append(
    parts: &libc::tm,
    text: Option<&core::ffi::CStr>,
    output_buf: &mut aws_byte_buf,
) -> c_int {
    let Some(text) = text else { return raise(AWS_ERROR_INVALID_ARGUMENT) };
    let mut room = [0; 128];
    let len = format(parts, text, &mut room);
    if len == 0 || len >= output_buf.capacity.saturating_sub(output_buf.len) {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    byte_buf::push(output_buf, &room[..len]);
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_to_utc_time_str(
    dt: &aws_date_time,
    fmt: aws_date_format,
    output_buf: &mut aws_byte_buf,
) -> c_int {
    let text = match fmt {
        AWS_DATE_FORMAT_RFC822 => Some(c"%a, %d %b %Y %H:%M:%S GMT"),
        AWS_DATE_FORMAT_ISO_8601 => Some(c"%Y-%m-%dT%H:%M:%SZ"),
        AWS_DATE_FORMAT_ISO_8601_BASIC => Some(c"%Y%m%dT%H%M%SZ"),
        _ => None,
    };
    append(&dt.gmt_time, text, output_buf)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_to_local_time_str(
    dt: &aws_date_time,
    fmt: aws_date_format,
    output_buf: &mut aws_byte_buf,
) -> c_int {
    let text = match fmt {
        AWS_DATE_FORMAT_RFC822 => Some(c"%a, %d %b %Y %H:%M:%S %Z"),
        AWS_DATE_FORMAT_ISO_8601 => Some(c"%Y-%m-%dT%H:%M:%SZ"),
        AWS_DATE_FORMAT_ISO_8601_BASIC => Some(c"%Y%m%dT%H%M%SZ"),
        _ => None,
    };
    append(&dt.local_time, text, output_buf)
}

fn append_day(parts: &libc::tm, fmt: aws_date_format, output_buf: &mut aws_byte_buf) -> c_int {
    let text = match fmt {
        AWS_DATE_FORMAT_RFC822 => Some(c"%a, %d %b %Y"),
        AWS_DATE_FORMAT_ISO_8601 => Some(c"%Y-%m-%d"),
        AWS_DATE_FORMAT_ISO_8601_BASIC => Some(c"%Y%m%d"),
        _ => None,
    };
    append(parts, text, output_buf)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_to_utc_time_short_str(
    dt: &aws_date_time,
    fmt: aws_date_format,
    output_buf: &mut aws_byte_buf,
) -> c_int {
    append_day(&dt.gmt_time, fmt, output_buf)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_to_local_time_short_str(
    dt: &aws_date_time,
    fmt: aws_date_format,
    output_buf: &mut aws_byte_buf,
) -> c_int {
    append_day(&dt.local_time, fmt, output_buf)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_as_epoch_secs(dt: &aws_date_time) -> f64 {
    dt.timestamp as f64 + f64::from(dt.milliseconds) / MILLIS as f64
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_as_millis(dt: &aws_date_time) -> u64 {
    (dt.timestamp as u64).wrapping_mul(MILLIS).wrapping_add(dt.milliseconds.into())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_as_nanos(dt: &aws_date_time) -> u64 {
    aws_date_time_as_millis(dt).wrapping_mul(1_000_000)
}

fn parts(dt: &aws_date_time, local_time: bool) -> &libc::tm {
    if local_time { &dt.local_time } else { &dt.gmt_time }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_year(dt: &aws_date_time, local_time: bool) -> u16 {
    (parts(dt, local_time).tm_year + 1900) as u16
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_month(dt: &aws_date_time, local_time: bool) -> aws_date_month {
    parts(dt, local_time).tm_mon as aws_date_month
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_month_day(dt: &aws_date_time, local_time: bool) -> u8 {
    parts(dt, local_time).tm_mday as u8
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_day_of_week(
    dt: &aws_date_time,
    local_time: bool,
) -> aws_date_day_of_week {
    parts(dt, local_time).tm_wday as aws_date_day_of_week
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_hour(dt: &aws_date_time, local_time: bool) -> u8 {
    parts(dt, local_time).tm_hour as u8
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_minute(dt: &aws_date_time, local_time: bool) -> u8 {
    parts(dt, local_time).tm_min as u8
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_second(dt: &aws_date_time, local_time: bool) -> u8 {
    parts(dt, local_time).tm_sec as u8
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_dst(dt: &aws_date_time, local_time: bool) -> bool {
    parts(dt, local_time).tm_isdst > 0
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_date_time_diff(a: &aws_date_time, b: &aws_date_time) -> time_t {
    a.timestamp - b.timestamp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_parts_and_texts() {
        let mut dt = MaybeUninit::uninit();
        aws_date_time_init_epoch_millis(&mut dt, 1_706_933_106_789);
        // SAFETY: initialised above.
        let dt = unsafe { dt.assume_init_ref() };
        assert_eq!((aws_date_time_year(dt, false), aws_date_time_month(dt, false)), (2024, 1));
        assert_eq!(aws_date_time_day_of_week(dt, false), AWS_DATE_DAY_OF_WEEK_SATURDAY);
        assert_eq!(aws_date_time_as_millis(dt), 1_706_933_106_789);
        assert_eq!(aws_date_time_as_epoch_secs(dt), 1_706_933_106.789);
        for (format, text) in [
            (AWS_DATE_FORMAT_RFC822, "Sat, 03 Feb 2024 04:05:06 GMT"),
            (AWS_DATE_FORMAT_ISO_8601, "2024-02-03T04:05:06Z"),
            (AWS_DATE_FORMAT_ISO_8601_BASIC, "20240203T040506Z"),
        ] {
            let mut memory = [0u8; 64];
            let room = text.len() + 1;
            let mut buf = byte_buf::aws_byte_buf_from_empty_array(memory.as_mut_ptr().cast(), room);
            assert_eq!(aws_date_time_to_utc_time_str(dt, format, &mut buf), SUCCESS);
            assert_eq!(used(&buf), text.as_bytes());
            assert_eq!(aws_date_time_to_utc_time_str(dt, format, &mut buf), FAILURE);
        }
    }
}
