//! Arithmetic that notices overflow, as symbols. C and C++ programs have the same code inline.

use super::*;

/// Stores a result, or raises that there is none.
fn checked<T>(result: Option<T>, r: &mut T) -> c_int {
    match result {
        Some(result) => *r = result,
        None => return raise(AWS_ERROR_OVERFLOW_DETECTED),
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_add_u64_saturating(a: u64, b: u64) -> u64 {
    a.saturating_add(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_add_u64_checked(a: u64, b: u64, r: &mut u64) -> c_int {
    checked(a.checked_add(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_sub_u64_saturating(a: u64, b: u64) -> u64 {
    a.saturating_sub(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_sub_u64_checked(a: u64, b: u64, r: &mut u64) -> c_int {
    checked(a.checked_sub(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_mul_u64_saturating(a: u64, b: u64) -> u64 {
    a.saturating_mul(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_mul_u64_checked(a: u64, b: u64, r: &mut u64) -> c_int {
    checked(a.checked_mul(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_add_u32_saturating(a: u32, b: u32) -> u32 {
    a.saturating_add(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_add_u32_checked(a: u32, b: u32, r: &mut u32) -> c_int {
    checked(a.checked_add(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_sub_u32_saturating(a: u32, b: u32) -> u32 {
    a.saturating_sub(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_sub_u32_checked(a: u32, b: u32, r: &mut u32) -> c_int {
    checked(a.checked_sub(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_mul_u32_saturating(a: u32, b: u32) -> u32 {
    a.saturating_mul(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_mul_u32_checked(a: u32, b: u32, r: &mut u32) -> c_int {
    checked(a.checked_mul(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_add_size_saturating(a: usize, b: usize) -> usize {
    a.saturating_add(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_add_size_checked(a: usize, b: usize, r: &mut usize) -> c_int {
    checked(a.checked_add(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_sub_size_saturating(a: usize, b: usize) -> usize {
    a.saturating_sub(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_sub_size_checked(a: usize, b: usize, r: &mut usize) -> c_int {
    checked(a.checked_sub(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_mul_size_saturating(a: usize, b: usize) -> usize {
    a.saturating_mul(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_mul_size_checked(a: usize, b: usize, r: &mut usize) -> c_int {
    checked(a.checked_mul(b), r)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_is_power_of_two(x: usize) -> bool {
    x.is_power_of_two()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_round_up_to_power_of_two(n: usize, result: &mut usize) -> c_int {
    checked(n.checked_next_power_of_two(), result)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_clz_u32(n: u32) -> usize {
    n.leading_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_clz_i32(n: i32) -> usize {
    n.leading_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_clz_u64(n: u64) -> usize {
    n.leading_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_clz_i64(n: i64) -> usize {
    n.leading_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_clz_size(n: usize) -> usize {
    n.leading_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ctz_u32(n: u32) -> usize {
    n.trailing_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ctz_i32(n: i32) -> usize {
    n.trailing_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ctz_u64(n: u64) -> usize {
    n.trailing_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ctz_i64(n: i64) -> usize {
    n.trailing_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ctz_size(n: usize) -> usize {
    n.trailing_zeros() as usize
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_u8(a: u8, b: u8) -> u8 {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_u8(a: u8, b: u8) -> u8 {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_i8(a: i8, b: i8) -> i8 {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_i8(a: i8, b: i8) -> i8 {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_u16(a: u16, b: u16) -> u16 {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_u16(a: u16, b: u16) -> u16 {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_i16(a: i16, b: i16) -> i16 {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_i16(a: i16, b: i16) -> i16 {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_u32(a: u32, b: u32) -> u32 {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_u32(a: u32, b: u32) -> u32 {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_i32(a: i32, b: i32) -> i32 {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_i32(a: i32, b: i32) -> i32 {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_u64(a: u64, b: u64) -> u64 {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_u64(a: u64, b: u64) -> u64 {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_i64(a: i64, b: i64) -> i64 {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_i64(a: i64, b: i64) -> i64 {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_size(a: usize, b: usize) -> usize {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_size(a: usize, b: usize) -> usize {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_int(a: c_int, b: c_int) -> c_int {
    a.min(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_int(a: c_int, b: c_int) -> c_int {
    a.max(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_float(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_float(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_min_double(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_max_double(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_noticed() {
        let mut result = 1;
        assert_eq!(aws_mul_u64_checked(u64::MAX, 2, &mut result), FAILURE);
        assert_eq!(error::aws_last_error(), AWS_ERROR_OVERFLOW_DETECTED);
        assert_eq!((aws_sub_u64_checked(5, 3, &mut result), result), (SUCCESS, 2));
        assert_eq!(aws_add_u32_saturating(u32::MAX, 1), u32::MAX);
        assert_eq!(aws_sub_size_saturating(1, 2), 0);
        let mut power = 0;
        assert_eq!((aws_round_up_to_power_of_two(0, &mut power), power), (SUCCESS, 1));
        assert_eq!((aws_round_up_to_power_of_two(65, &mut power), power), (SUCCESS, 128));
        assert_eq!(aws_round_up_to_power_of_two(usize::MAX, &mut power), FAILURE);
        assert_eq!((aws_clz_u32(0), aws_ctz_i64(8)), (32, 3));
        assert_eq!((aws_min_int(-1, 1), aws_max_double(0.5, 0.25)), (-1, 0.5));
    }
}
