//! Structs that begin with their own size, from programs that are older or newer than this library.

use std::mem::MaybeUninit;
use std::ptr;

use crate::abi::*;
use crate::error::{Code, Error, Result};

/// No struct of this kind will ever be larger: a size beyond this is something else.
const MOST_BYTES: usize = 4096;

/// Structs that begin with their size in bytes, and may all be zero.
///
/// # Safety
/// `#[repr(C)]`, the first member is a `usize`, and zeros are a value of every member.
pub(super) unsafe trait BeginsWithSize: Copy {}

// SAFETY: they are; the rest are numbers, cursors and pointers.
unsafe impl BeginsWithSize for aws_s3_client_ext_options {}
// SAFETY: as above.
unsafe impl BeginsWithSize for aws_s3_meta_request_ext_options {}
// SAFETY: as above.
unsafe impl BeginsWithSize for aws_s3_download_resume_token_options {}

/// A copy of the caller's struct: what it does not have is zero; what it has beyond ours must be.
///
/// # Safety
/// `pointer` is NULL or shows as many readable bytes as it says itself.
pub(super) unsafe fn read<T: BeginsWithSize>(pointer: *const T) -> Result<Option<T>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's struct has its size at least.
    let size = unsafe { pointer.cast::<usize>().read() };
    if !(size_of::<usize>()..=MOST_BYTES).contains(&size) {
        return Err(Error::from(Code::INVALID_ARGUMENT).because("a struct without its size"));
    }
    // SAFETY: it shows so many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), size) };
    let (known, unknown) = bytes.split_at(size.min(size_of::<T>()));
    if unknown.iter().any(|byte| *byte != 0) {
        let told = "a struct asks for something that this library does not know of";
        return Err(Error::from(Code::INVALID_ARGUMENT).because(told));
    }
    let mut copy = MaybeUninit::<T>::zeroed();
    // SAFETY: no more than the copy has room for; zeros and the caller's members make a value.
    unsafe {
        ptr::copy_nonoverlapping(known.as_ptr(), copy.as_mut_ptr().cast(), known.len());
        Ok(Some(copy.assume_init()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Options = aws_s3_meta_request_ext_options;

    fn deadline(words: &[u64]) -> Result<Option<u64>> {
        // SAFETY: words that say how many bytes they are, or less.
        let read = unsafe { read(words.as_ptr().cast::<Options>()) };
        Ok(read?.map(|options| options.deadline_ms))
    }

    #[test]
    fn programs_of_every_age_are_understood() {
        assert_eq!(deadline(&[8]).ok(), Some(Some(0)), "older");
        assert_eq!(deadline(&[12, 7 | 7 << 40]).ok(), Some(Some(7)), "cut in the middle");
        assert_eq!(deadline(&[16, 7]).ok(), Some(Some(7)));
        assert_eq!(deadline(&[32, 7, 0, 0]).ok(), Some(Some(7)), "newer");
        // SAFETY: NULL is allowed.
        assert!(unsafe { read(ptr::null::<Options>()) }.is_ok_and(|read| read.is_none()));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for words in [&[0, 7][..], &[7, 7], &[24, 7, 1], &[32, 7, 0, 1 << 56], &[5000, 7]] {
            let code = deadline(words).err().map(|error| error.code());
            assert_eq!(code, Some(Code::INVALID_ARGUMENT), "{words:?}");
        }
    }
}
