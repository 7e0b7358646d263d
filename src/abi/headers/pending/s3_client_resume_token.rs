//! Prototypes of `aws/s3/s3_client.h` about resume tokens that have no implementation in `src/ffi`
//! yet.

unsafe extern "C" {
    /// Makes a token for going on with a multipart upload that was begun earlier, also in another
    /// process.
    ///
    /// The caller owns it and releases it with `aws_s3_meta_request_resume_token_release`.
    /// `options` are copied. Neither pointer may be NULL. Returns NULL and raises an error
    /// otherwise: AWS_ERROR_OVERFLOW_DETECTED when the part size does not fit `size_t`,
    /// AWS_ERROR_INVALID_ARGUMENT for a NULL pointer. Whether the numbers make sense is checked
    /// when a meta request is made with it.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_new_upload(
        allocator: *mut aws_allocator,
        options: *const aws_s3_upload_resume_token_options,
    ) -> *mut aws_s3_meta_request_resume_token;

    /// Takes one more reference to a token; release it with
    /// `aws_s3_meta_request_resume_token_release`. NULL does nothing. Returns `resume_token`. May
    /// be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_acquire(
        resume_token: *mut aws_s3_meta_request_resume_token,
    ) -> *mut aws_s3_meta_request_resume_token;

    /// Releases one reference to a token. NULL does nothing. Always returns NULL. May be called
    /// from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_release(
        resume_token: *mut aws_s3_meta_request_resume_token,
    ) -> *mut aws_s3_meta_request_resume_token;

    /// Returns the kind of transfer that a token belongs to: AWS_S3_META_REQUEST_TYPE_PUT_OBJECT or
    /// AWS_S3_META_REQUEST_TYPE_GET_OBJECT; AWS_S3_META_REQUEST_TYPE_MAX for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_type(
        resume_token: *mut aws_s3_meta_request_resume_token,
    ) -> aws_s3_meta_request_type;

    /// Returns the bytes per part of the transfer; 0 for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_part_size(
        resume_token: *mut aws_s3_meta_request_resume_token,
    ) -> u64;

    /// Returns the number of parts of the transfer; 0 for a download whose size was not known yet,
    /// and for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_total_num_parts(
        resume_token: *mut aws_s3_meta_request_resume_token,
    ) -> usize;

    /// Returns the number of parts that were finished; 0 for NULL. For a download these are parts
    /// that arrived, handed over or not.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_num_parts_completed(
        resume_token: *mut aws_s3_meta_request_resume_token,
    ) -> usize;

    /// Returns the upload id of a multipart upload; empty for a token of a download, and for NULL.
    /// The bytes stay the token's.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_upload_id(
        resume_token: *mut aws_s3_meta_request_resume_token,
    ) -> aws_byte_cursor;

    /// Returns the ETag of the object being downloaded, with its quotes; empty when it was not
    /// known yet, for a token of an upload, and for NULL. The bytes stay the token's. Send it as
    /// `If-Match` to go on with the same object only.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_etag(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> aws_byte_cursor;

    /// Returns the version id of the object being downloaded; empty when it is not known, for a
    /// token of an upload, and for NULL. The bytes stay the token's.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_version_id(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> aws_byte_cursor;

    /// Returns the `Last-Modified` header of the object being downloaded, as received; empty when
    /// it was not known yet, for a token of an upload, and for NULL. The bytes stay the token's.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_s3_object_last_modified(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> aws_byte_cursor;

    /// Returns the size in bytes of the object being downloaded, also for a download of a range. 0
    /// when it was not known yet, for a token of an upload, and for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_object_size(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> u64;

    /// Returns the offset in the object of the first byte of the download. 0 for a token of an
    /// upload, and for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_object_range_start(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> u64;

    /// Returns the offset in the object of the last byte of the download. 0 when the size was not
    /// known yet as well; 0 for a token of an upload, and for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_object_range_end(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> u64;

    /// Returns how many bytes, counted from the start of the download, were handed over without a
    /// gap. The next byte wanted is at the start of the range plus this number. 0 for a token of an
    /// upload, and for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_continuous_downloaded_bytes(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> u64;

    /// Returns how many bytes were handed over, those after a gap included; the same as without
    /// gaps unless delivery was out of order. 0 for a token of an upload, and for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_total_downloaded_bytes(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> u64;

    /// Returns when the file received into was last modified, in nanoseconds since 1970, so that a
    /// change made since can be noticed. 0 without a file, 0 for a token of an upload, and for
    /// NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_resume_token_file_last_modified_epoch_ns(
        resume_token: *const aws_s3_meta_request_resume_token,
    ) -> u64;
}
