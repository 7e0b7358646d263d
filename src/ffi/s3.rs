//! The functions of `aws/s3/s3.h`: the library's own life, and what it knows of its machine.

use std::ffi::c_int;

use crate::sync::Mutex;
use once_cell::sync::OnceCell;

use super::argument;
use super::entry::entry;
use crate::abi::*;
use crate::client::{memory, platform};
use crate::crt::sys::*;
use crate::crt::{self, Allocator};
use crate::error::{Code, S3_ERRORS};
use crate::log::S3_SUBJECTS;
use crate::operation::plan::DEFAULT_PART_BYTES;

/// Where the library is in its life. Not held while a clean-up waits for threads: whoever comes meanwhile may be the
/// one who has to release the client that these threads belong to.
static LIFE: Mutex<Life> = Mutex::new(Life::Down);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Down,
    Up,
    /// A clean-up waits for threads.
    Ending,
}

/// Tables that the CRT keeps by pointer, so they live for ever.
struct Tables {
    errors: aws_error_info_list,
    subjects: aws_log_subject_info_list,
}

// SAFETY: written once, read afterwards.
unsafe impl Send for Tables {}
// SAFETY: as above.
unsafe impl Sync for Tables {}

fn tables() -> &'static Tables {
    static TABLES: OnceCell<Tables> = OnceCell::new();
    TABLES.get_or_init(|| {
        let c_text = |text: &str| {
            let text = std::ffi::CString::new(text).unwrap_or_default();
            Box::leak(text.into_boxed_c_str()).as_ptr()
        };
        let error = |(number, name, text): &(i32, &str, &str)| aws_error_info {
            error_code: *number,
            literal_name: c_text(name),
            error_str: c_text(text),
            lib_name: c_text("aws-c-s3"),
            formatted_name: c_text(&format!("aws-c-s3: {name}, {text}")),
        };
        let subject = |(number, name): &(u32, &str)| aws_log_subject_info {
            subject_id: *number,
            subject_name: c_text(name),
            subject_description: c_text(&format!("Subject for {name} logging")),
        };
        let errors: Vec<_> = S3_ERRORS.iter().map(error).collect();
        let subjects: Vec<_> = S3_SUBJECTS.iter().map(subject).collect();
        let (errors, subjects) = (errors.leak(), subjects.leak());
        Tables {
            errors: aws_error_info_list { error_list: errors.as_ptr(), count: errors.len() as u16 },
            subjects: aws_log_subject_info_list {
                subject_list: subjects.as_mut_ptr(),
                count: subjects.len(),
            },
        }
    })
}

/// Initialises this library and the CRT libraries below it: registers their error texts and log
/// subjects, and reads what is known about the host. Call it before anything else of this
/// library, from one thread. A second call does nothing.
///
/// `allocator` is kept for what the library itself holds until clean-up; NULL means
/// `aws_default_allocator()`. It uses no network and starts no thread. Never fails.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_library_init(allocator: *mut aws_allocator) {
    entry(|| {
        let mut life = LIFE.lock();
        // In the middle of a clean-up, which then leaves everything as it is.
        if std::mem::replace(&mut *life, Life::Up) != Life::Down {
            return Ok(());
        }
        // SAFETY: the caller's allocator, NULL for the default one.
        let allocator = unsafe { argument::allocator(allocator) }.as_ptr();
        // SAFETY: plain calls; the tables live for ever.
        unsafe {
            crt::host::aws_auth_library_init(allocator);
            crt::host::aws_http_library_init(allocator);
            crt::host::aws_checksums_library_init(allocator);
            crt::host::aws_register_error_info(&tables().errors);
            crt::host::aws_register_log_subject_info_list(
                (&raw const tables().subjects).cast_mut(),
            );
        }
        crt::logger::install();
        Ok(())
    })
}

/// Undoes `aws_s3_library_init`, whatever the number of calls of it, and cleans up the CRT
/// libraries below. Does nothing when the library is not initialised. It may be initialised
/// again later.
///
/// Blocks until every thread that the CRT manages has ended: release all clients and wait for
/// their shutdown callbacks, and release all event loop groups, before. A second call meanwhile
/// returns at once, and `aws_s3_library_init` meanwhile undoes the clean-up. Must not be called
/// from a callback.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_s3_library_clean_up() {
    entry(|| {
        let mut life = LIFE.lock();
        if *life != Life::Up {
            return Ok(());
        }
        *life = Life::Ending;
        drop(life);
        crt::thread::join_all();
        let mut life = LIFE.lock();
        if *life != Life::Ending {
            return Ok(());
        }
        *life = Life::Down;
        // SAFETY: plain calls; the tables live for ever.
        unsafe {
            crt::host::aws_unregister_log_subject_info_list(
                (&raw const tables().subjects).cast_mut(),
            );
            crt::host::aws_unregister_error_info(&tables().errors);
            crt::host::aws_http_library_clean_up();
            crt::host::aws_auth_library_clean_up();
            crt::host::aws_checksums_library_clean_up();
        }
        Ok(())
    })
}

/// The platform struct and the text that it shows.
struct Platform(aws_s3_platform_info);

// SAFETY: written once; its text is leaked on purpose and lives for ever.
unsafe impl Send for Platform {}
// SAFETY: as above.
unsafe impl Sync for Platform {}

/// Returns what is known about the EC2 instance type of this host; never NULL. Empty, 0 and
/// false when the host is no EC2 instance, or of an unknown type: the pointer of the cursor is
/// NULL then. The answer stays the library's, and valid until `aws_s3_library_clean_up`.
///
/// The first call may block while the instance metadata service is asked. Needs
/// `aws_s3_library_init`.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_s3_get_current_platform_info() -> *const aws_s3_platform_info {
    static CURRENT: OnceCell<Platform> = OnceCell::new();
    let make = || {
        let name = platform::instance_type(false);
        let recommended = platform::family_of(&name).is_some_and(|family| family.recommended);
        Platform(aws_s3_platform_info {
            // Programs tell an unknown type from a known one by the pointer, too.
            instance_type: match name.is_empty() {
                true => NOTHING,
                false => crt::cursor(leaked(name)),
            },
            max_throughput_gbps: platform::detected_gbps(),
            has_recommended_configuration: recommended,
        })
    };
    &raw const CURRENT.get_or_init(make).0
}

/// The empty cursor.
const NOTHING: aws_byte_cursor = aws_byte_cursor { len: 0, ptr: std::ptr::null_mut() };

fn leaked(text: String) -> &'static [u8] {
    Box::leak(text.into_boxed_str()).as_bytes()
}

/// Returns the EC2 instance type of this host, or an empty cursor, whose pointer is NULL, when
/// it is none or not known. The bytes stay the library's, and valid until
/// `aws_s3_library_clean_up`.
///
/// With `cached_only`, answers at once, with what an earlier call found out; otherwise may
/// block while the instance metadata service is asked. Needs `aws_s3_library_init`. (The name
/// is spelled like this in the ABI.)
#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_s3_get_current_platform_ec2_intance_type(
    cached_only: bool,
) -> aws_byte_cursor {
    if cached_only && platform::instance_type(true).is_empty() {
        return NOTHING;
    }
    // SAFETY: never NULL, lives for ever.
    unsafe { (*aws_s3_get_current_platform_info()).instance_type }
}

/// Returns the names of instance types that have a recommended configuration: a list of `struct
/// aws_byte_cursor`.
///
/// The caller owns the list and frees it with `aws_array_list_clean_up`; the bytes of the names
/// are static.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_s3_get_platforms_with_recommended_config() -> aws_array_list {
    let allocator = Allocator::default();
    let count = platform::RECOMMENDED.len();
    let size = count * size_of::<aws_byte_cursor>();
    let data = allocator.acquire(size).cast::<aws_byte_cursor>();
    for (index, name) in platform::RECOMMENDED.iter().enumerate() {
        // SAFETY: within the `count` items just allocated.
        unsafe { data.add(index).write(crt::cursor(name.as_bytes())) };
    }
    aws_array_list {
        alloc: allocator.as_ptr(),
        current_size: size,
        length: count,
        item_size: size_of::<aws_byte_cursor>(),
        data: data.cast(),
    }
}

/// Returns the memory limit, in bytes, that a client takes for a throughput target in gigabits
/// per second when neither its configuration nor the environment names one: 256 MiB below 5,
/// 512 MiB below 10, 2 GiB below 25, 4 GiB below 75, 8 GiB below 100, 16 GiB below 200, else 24
/// GiB (on 32-bit systems 1 GiB, and 2 GiB above 25).
///
/// 0 means the target that fits this host, if it is known and below 10, else 2 GiB; that
/// question may block once, and needs `aws_s3_library_init`. Negative numbers and NaN give 2
/// GiB. Never fails.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_s3_default_memory_limit_for_throughput(
    throughput_target_gbps: f64,
) -> usize {
    let limit = memory::limit_for_throughput(throughput_target_gbps, platform::detected_gbps);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Returns the part size, in bytes, of a client whose configuration names none: 8 MiB.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_s3_default_part_size() -> u64 {
    DEFAULT_PART_BYTES
}

/// Returns the largest part size, in bytes, of a client with this memory limit whose
/// configuration names none: half of the limit, at most 5 GiB.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_s3_default_max_part_size_for_memory_limit(memory_limit: u64) -> u64 {
    memory::max_part_size_for_limit(memory_limit)
}

/// Finds the memory limit that a client would take from its configuration and the environment,
/// in bytes: `configured_limit` unless 0, else AWS_CRT_S3_MEMORY_LIMIT_IN_MB times 1 MiB, else
/// AWS_CRT_S3_MEMORY_LIMIT_IN_GIB times 1 GiB, else 0, which means
/// `aws_s3_default_memory_limit_for_throughput`. A variable that is empty or 0 counts as not
/// set. The environment is read on every call.
///
/// Neither pointer may be NULL. `*out_memory_limit` is 0 after an error. Errors:
/// AWS_ERROR_INVALID_ARGUMENT for a variable that is no plain decimal number, for a number of
/// GiB that is too large, or a NULL pointer; AWS_ERROR_OVERFLOW_DETECTED for a number of MiB
/// that is too large.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_resolve_configured_memory_limit(
    allocator: *mut aws_allocator,
    configured_limit: u64,
    out_memory_limit: *mut u64,
) -> c_int {
    let _ = allocator;
    entry(|| {
        // SAFETY: the caller's variable, writable.
        let out = unsafe { out_memory_limit.as_mut() }.ok_or(Code::INVALID_ARGUMENT)?;
        *out = 0;
        *out = memory::configured_limit(configured_limit)?;
        Ok(0)
    })
}
