//! Prototypes of `aws/s3/s3.h` that have no implementation in `src/ffi` yet.

unsafe extern "C" {
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
    pub fn aws_s3_library_init(allocator: *mut aws_allocator);

    /// Undoes `aws_s3_library_init`, whatever the number of calls of it, and cleans up the CRT
    /// libraries below. Does nothing when the library is not initialised. It may be initialised
    /// again later.
    ///
    /// Blocks until every thread that the CRT manages has ended: release all clients and wait for
    /// their shutdown callbacks, and release all event loop groups, before. Must not be called from
    /// a callback.
    pub fn aws_s3_library_clean_up();

    /// Returns what is known about the EC2 instance type of this host; never NULL. Empty, 0 and
    /// false when the host is no EC2 instance, or of an unknown type. The answer stays the
    /// library's, and valid until `aws_s3_library_clean_up`.
    ///
    /// The first call may block while the instance metadata service is asked. Needs
    /// `aws_s3_library_init`.
    pub fn aws_s3_get_current_platform_info() -> *const aws_s3_platform_info;

    /// Returns the EC2 instance type of this host, or an empty cursor when it is none or not known.
    /// The bytes stay the library's, and valid until `aws_s3_library_clean_up`.
    ///
    /// With `cached_only`, answers at once, with what an earlier call found out; otherwise may
    /// block while the instance metadata service is asked. Needs `aws_s3_library_init`. (The name
    /// is spelled like this in the ABI.)
    pub fn aws_s3_get_current_platform_ec2_intance_type(cached_only: bool) -> aws_byte_cursor;

    /// Returns the names of instance types that have a recommended configuration: a list of `struct
    /// aws_byte_cursor`.
    ///
    /// The caller owns the list and frees it with `aws_array_list_clean_up`; the bytes of the names
    /// are static.
    pub fn aws_s3_get_platforms_with_recommended_config() -> aws_array_list;

    /// Returns the memory limit, in bytes, that a client takes for a throughput target in gigabits
    /// per second when neither its configuration nor the environment names one: 256 MiB below 5,
    /// 512 MiB below 10, 2 GiB below 25, 4 GiB below 75, 8 GiB below 100, 16 GiB below 200, else 24
    /// GiB (on 32-bit systems 1 GiB, and 2 GiB above 25).
    ///
    /// 0 means the target that fits this host, if it is known and below 10, else 2 GiB; that
    /// question may block once, and needs `aws_s3_library_init`. Negative numbers and NaN give 2
    /// GiB. Never fails.
    pub fn aws_s3_default_memory_limit_for_throughput(throughput_target_gbps: f64) -> usize;

    /// Returns the part size, in bytes, of a client whose configuration names none: 8 MiB.
    pub fn aws_s3_default_part_size() -> u64;

    /// Returns the largest part size, in bytes, of a client with this memory limit whose
    /// configuration names none: half of the limit, at most 5 GiB.
    pub fn aws_s3_default_max_part_size_for_memory_limit(memory_limit: u64) -> u64;

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
    pub fn aws_s3_resolve_configured_memory_limit(
        allocator: *mut aws_allocator,
        configured_limit: u64,
        out_memory_limit: *mut u64,
    ) -> c_int;
}
