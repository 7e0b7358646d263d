//! Tables that a library publishes to the CRT's registries: error texts and log subjects.
//!
//! The registries keep the pointers they are given, so every table is static. Numbers count up from
//! the first one of the library, as the enumerations in its headers do.

use core::ffi::c_char;

use crate::crt::host;
use crate::crt::sys::*;

/// Static data with pointers in it that nobody writes to.
#[repr(transparent)]
pub(super) struct Constant<T>(pub(super) T);

// SAFETY: the value is never written and the pointers in it lead to other static data.
unsafe impl<T> Sync for Constant<T> {}

/// The static list `$table` of a library's errors, from pairs of name and text.
macro_rules! error_table {
    ($visible:vis $table:ident, $library:literal, $first:expr, [$(($name:literal, $text:literal)),+ $(,)?]) => {
        $visible static $table: $crate::crt::embedded::published::Constant<
            $crate::crt::sys::aws_error_info_list,
        > = {
            use $crate::crt::embedded::published::{Constant, count_up, text};
            use $crate::crt::sys::{aws_error_info, aws_error_info_list};
            const COUNT: usize = [$($name),+].len();
            static ENTRIES: Constant<[aws_error_info; COUNT]> = Constant(count_up($first, [$(
                aws_error_info {
                    error_code: 0,
                    literal_name: text(concat!($name, "\0")),
                    error_str: text(concat!($text, "\0")),
                    lib_name: text(concat!($library, "\0")),
                    formatted_name: text(concat!($library, ": ", $name, ", ", $text, "\0")),
                }
            ),+]));
            Constant(aws_error_info_list {
                error_list: (&raw const ENTRIES).cast(),
                count: COUNT as u16,
            })
        };
    };
}

/// The same for log subjects, from pairs of name and description.
macro_rules! subject_table {
    ($visible:vis $table:ident, $first:expr, [$(($name:literal, $description:literal)),+ $(,)?]) => {
        $visible static $table: $crate::crt::embedded::published::Constant<
            $crate::crt::sys::aws_log_subject_info_list,
        > = {
            use $crate::crt::embedded::published::{Constant, count_up_subjects, text};
            use $crate::crt::sys::{aws_log_subject_info, aws_log_subject_info_list};
            const COUNT: usize = [$($name),+].len();
            static ENTRIES: Constant<[aws_log_subject_info; COUNT]> =
                Constant(count_up_subjects($first, [$(
                    aws_log_subject_info {
                        subject_id: 0,
                        subject_name: text(concat!($name, "\0")),
                        subject_description: text(concat!($description, "\0")),
                    }
                ),+]));
            Constant(aws_log_subject_info_list {
                subject_list: (&raw const ENTRIES).cast_mut().cast(),
                count: COUNT,
            })
        };
    };
}

pub(super) use {error_table, subject_table};

/// A literal that ends with a zero, as C wants it.
pub(super) const fn text(literal: &'static str) -> *const c_char {
    let bytes = literal.as_bytes();
    assert!(bytes[bytes.len() - 1] == 0);
    bytes.as_ptr().cast()
}

pub(super) const fn count_up<const N: usize>(
    first: i32,
    mut entries: [aws_error_info; N],
) -> [aws_error_info; N] {
    let mut index = 0;
    while index < N {
        entries[index].error_code = first + index as i32;
        index += 1;
    }
    entries
}

pub(super) const fn count_up_subjects<const N: usize>(
    first: u32,
    mut entries: [aws_log_subject_info; N],
) -> [aws_log_subject_info; N] {
    let mut index = 0;
    while index < N {
        entries[index].subject_id = first + index as u32;
        index += 1;
    }
    entries
}

/// Makes the tables of a library known.
pub(super) fn publish(
    errors: &'static Constant<aws_error_info_list>,
    subjects: &'static Constant<aws_log_subject_info_list>,
) {
    publish_errors(errors);
    // SAFETY: the list is static and describes a static table; the registry only reads it.
    unsafe { host::aws_register_log_subject_info_list((&raw const subjects.0).cast_mut()) };
}

/// Makes texts of errors known.
pub(super) fn publish_errors(errors: &'static Constant<aws_error_info_list>) {
    // SAFETY: as for `publish`.
    unsafe { host::aws_register_error_info(&errors.0) };
}

/// Takes them back.
pub(super) fn withdraw(
    errors: &'static Constant<aws_error_info_list>,
    subjects: &'static Constant<aws_log_subject_info_list>,
) {
    // SAFETY: as for `publish`.
    unsafe { host::aws_unregister_log_subject_info_list((&raw const subjects.0).cast_mut()) };
    withdraw_errors(errors);
}

/// Takes texts of errors back.
pub(super) fn withdraw_errors(errors: &'static Constant<aws_error_info_list>) {
    // SAFETY: as for `publish`.
    unsafe { host::aws_unregister_error_info(&errors.0) };
}

/// A library whose initialisation counts once, however often it is asked for.
pub(super) struct Switch(core::sync::atomic::AtomicBool);

impl Switch {
    pub(super) const fn off() -> Self {
        Self(core::sync::atomic::AtomicBool::new(false))
    }

    /// True for the one call that has to do the work.
    pub(super) fn on(&self) -> bool {
        !self.0.swap(true, core::sync::atomic::Ordering::AcqRel)
    }

    pub(super) fn is_on(&self) -> bool {
        self.0.load(core::sync::atomic::Ordering::Acquire)
    }

    /// True for the one call that has to undo it.
    pub(super) fn turn_off(&self) -> bool {
        self.0.swap(false, core::sync::atomic::Ordering::AcqRel)
    }
}

#[cfg(test)]
mod tests {
    use core::ffi::CStr;

    use super::*;

    error_table!(ERRORS, "lib", 5000, [("FIRST", "text one"), ("SECOND", "text two")]);
    subject_table!(SUBJECTS, 7000, [("a", "first"), ("b", "second"), ("c", "third")]);

    #[test]
    fn errors_count_up_and_carry_their_library() {
        assert_eq!(ERRORS.0.count, 2);
        // SAFETY: the list says that there are two entries.
        let second = unsafe { &*ERRORS.0.error_list.add(1) };
        assert_eq!(second.error_code, 5001);
        // SAFETY: every text of the table ends with a zero.
        let read = |text| unsafe { CStr::from_ptr(text) }.to_str().expect("literals are UTF-8");
        assert_eq!(read(second.literal_name), "SECOND");
        assert_eq!(read(second.error_str), "text two");
        assert_eq!(read(second.lib_name), "lib");
        assert_eq!(read(second.formatted_name), "lib: SECOND, text two");
    }

    #[test]
    fn subjects_count_up() {
        assert_eq!(SUBJECTS.0.count, 3);
        // SAFETY: the list says that there are three entries.
        let third = unsafe { &*SUBJECTS.0.subject_list.add(2) };
        assert_eq!(third.subject_id, 7002);
    }

    #[test]
    fn a_switch_turns_once() {
        let switch = Switch::off();
        assert!(!switch.turn_off());
        assert!(switch.on());
        assert!(!switch.on());
        assert!(switch.is_on());
        assert!(switch.turn_off());
        assert!(!switch.is_on());
        assert!(!switch.turn_off());
    }
}
