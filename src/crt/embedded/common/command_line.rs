//! Command lines: a look-alike of getopt_long over globals, and subcommands.

use core::cell::UnsafeCell;
use core::ptr::null;
use core::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// What the parser returns for an argument that is no option.
const POSITIONAL: c_int = 0x02;
const UNKNOWN_OPTION: c_int = b'?' as c_int;
const END: c_int = -1;

/// Whether the last argument was an unknown option: a word behind it counts as its value and goes with it.
static SWALLOW_VALUE: AtomicBool = AtomicBool::new(false);

// Plain globals by contract: one thread, one command line at a time.
#[unsafe(no_mangle)]
static aws_cli_optind: Shared<UnsafeCell<c_int>> = Shared(UnsafeCell::new(1));
#[unsafe(no_mangle)]
static aws_cli_optarg: Shared<UnsafeCell<*const c_char>> = Shared(UnsafeCell::new(null()));
#[unsafe(no_mangle)]
static aws_cli_positional_arg: Shared<UnsafeCell<*const c_char>> = Shared(UnsafeCell::new(null()));

#[unsafe(no_mangle)]
pub extern "C" fn aws_cli_reset_state() {
    SWALLOW_VALUE.store(false, Ordering::Relaxed);
    // SAFETY: one thread at a time.
    unsafe {
        aws_cli_optind.0.get().write(1);
        aws_cli_optarg.0.get().write(null());
        aws_cli_positional_arg.0.get().write(null());
    }
}

/// Index of an option in a list that ends with a zeroed entry.
unsafe fn find(
    options: *const aws_cli_option,
    matches: impl Fn(&aws_cli_option) -> bool,
) -> Option<usize> {
    // SAFETY: the list ends with an entry that has neither name nor letter.
    let entry = |index| unsafe { &*options.add(index) };
    (0..)
        .take_while(|&index| !entry(index).name.is_null() || entry(index).val != 0)
        .find(|&index| matches(entry(index)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_cli_getopt_long(
    argc: c_int,
    argv: *const *const c_char,
    optstring: *const c_char,
    longopts: *const aws_cli_option,
    longindex: Option<&mut c_int>,
) -> c_int {
    // SAFETY: one thread at a time; `argv` has `argc` C strings, `longopts` ends with a zeroed entry.
    unsafe {
        let next = aws_cli_optind.0.get();
        let positional = aws_cli_positional_arg.0.get();
        aws_cli_optarg.0.get().write(null());
        if *next >= argc {
            return END;
        }
        let argument = *argv.add(*next as usize);
        *next += 1;
        let Some(text) = c_bytes(argument) else { return END };
        let swallow_value = SWALLOW_VALUE.swap(false, Ordering::Relaxed);
        let found = match text {
            [b'-', b'-', name @ ..] => find(longopts, |option| c_bytes(option.name) == Some(name)),
            [b'-'] => None,
            [b'-', letter, ..] => find(longopts, |option| option.val == c_int::from(*letter)),
            _ if swallow_value => {
                *positional = null();
                return UNKNOWN_OPTION;
            }
            _ => {
                *positional = argument;
                return POSITIONAL;
            }
        };
        let Some(index) = found else {
            SWALLOW_VALUE.store(true, Ordering::Relaxed);
            return UNKNOWN_OPTION;
        };
        *positional = null();
        if let Some(longindex) = longindex {
            *longindex = index as c_int;
        }
        let value = (*longopts.add(index)).val;
        let accepted = c_bytes(optstring).unwrap_or_default();
        let Some(at) = accepted.iter().position(|&letter| c_int::from(letter) == value) else {
            return UNKNOWN_OPTION;
        };
        if accepted.get(at + 1) == Some(&b':') {
            if *next >= argc {
                return UNKNOWN_OPTION;
            }
            aws_cli_optarg.0.get().write(*argv.add(*next as usize));
            *next += 1;
        }
        value
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_cli_dispatch_on_subcommand(
    argc: c_int,
    argv: *const *mut c_char,
    dispatch_table: *const aws_cli_subcommand_dispatch,
    table_length: c_int,
    user_data: *mut c_void,
) -> c_int {
    if argc < 2 {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    }
    // SAFETY: `argv` has `argc` C strings, the table its length.
    unsafe {
        let wanted = c_bytes(*argv.add(1));
        for index in 0..usize::try_from(table_length).unwrap_or(0) {
            let entry = &*dispatch_table.add(index);
            if let (Some(call), true) = (entry.subcommand_fn, c_bytes(entry.command_name) == wanted)
            {
                aws_cli_reset_state();
                return call(argc - 1, argv.add(1), entry.command_name, user_data);
            }
        }
    }
    raise(AWS_ERROR_UNIMPLEMENTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_arguments_in_any_order() {
        let option = |name: &'static core::ffi::CStr, val| aws_cli_option {
            name: name.as_ptr(),
            has_arg: AWS_CLI_OPTIONS_NO_ARGUMENT,
            flag: core::ptr::null_mut(),
            val,
        };
        let end = aws_cli_option { name: null(), ..option(c"", 0) };
        let options = [option(c"all", 'a' as c_int), option(c"file", 'f' as c_int), end];
        let argv =
            [c"x", c"-a", c"word", c"--file", c"name", c"-z", c"-f"].map(|text| text.as_ptr());
        let mut index = -1;
        aws_cli_reset_state();
        let mut next = || {
            // SAFETY: one thread; all texts are C strings.
            unsafe {
                let result = aws_cli_getopt_long(
                    argv.len() as c_int,
                    argv.as_ptr(),
                    c"af:".as_ptr(),
                    options.as_ptr(),
                    Some(&mut index),
                );
                (result, index, c_bytes(*aws_cli_optarg.0.get()))
            }
        };
        assert_eq!(next(), ('a' as c_int, 0, None));
        assert_eq!(next(), (POSITIONAL, 0, None));
        assert_eq!(next(), ('f' as c_int, 1, Some(&b"name"[..])));
        assert_eq!(next(), (UNKNOWN_OPTION, 1, None));
        assert_eq!(next(), (UNKNOWN_OPTION, 1, None));
        assert_eq!(next(), (END, 1, None));
    }
}
