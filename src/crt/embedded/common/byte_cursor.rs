//! Cursors: views of memory that belongs to somebody else. Comparing, splitting, trimming, searching.

use super::*;
use crate::crt::call::call_through;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_cursor_from_c_str(c_str: *const c_char) -> aws_byte_cursor {
    // SAFETY: NULL or a C string. An empty one keeps its address.
    unsafe { c_bytes(c_str) }.map_or(NOTHING, view)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_from_array(bytes: *const c_void, len: usize) -> aws_byte_cursor {
    // A length of 0 keeps the pointer: callers tell an empty view from none by it.
    aws_byte_cursor { len, ptr: bytes.cast_mut().cast() }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_from_buf(buf: &aws_byte_buf) -> aws_byte_cursor {
    aws_byte_cursor { len: buf.len, ptr: buf.buffer }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_is_valid(cursor: Option<&aws_byte_cursor>) -> bool {
    cursor.is_some_and(|cursor| cursor.len == 0 || !cursor.ptr.is_null())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_advance(
    cursor: &mut aws_byte_cursor,
    len: usize,
) -> aws_byte_cursor {
    // Lengths beyond half of the memory are arithmetic that went wrong.
    if len > cursor.len || cursor.len > usize::MAX / 2 {
        return NOTHING;
    }
    let taken = aws_byte_cursor { len, ptr: cursor.ptr };
    if !cursor.ptr.is_null() {
        // SAFETY: `len` is within what the cursor shows.
        cursor.ptr = unsafe { cursor.ptr.add(len) };
    }
    cursor.len -= len;
    taken
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_advance_nospec(
    cursor: &mut aws_byte_cursor,
    len: usize,
) -> aws_byte_cursor {
    // All ones when the length is within, else zero: a speculated call sees length 0 and address 0.
    let within = (len <= cursor.len && cursor.len <= usize::MAX / 2) as usize;
    let mask = core::hint::black_box(within.wrapping_neg());
    if within == 0 {
        return NOTHING;
    }
    let taken =
        aws_byte_cursor { len: len & mask, ptr: cursor.ptr.map_addr(|address| address & mask) };
    if !cursor.ptr.is_null() {
        // SAFETY: `len` is within what the cursor shows.
        cursor.ptr = unsafe { taken.ptr.add(taken.len) };
    }
    cursor.len -= taken.len;
    taken
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_eq(a: &aws_byte_buf, b: &aws_byte_buf) -> bool {
    used(a) == used(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_eq_ignore_case(a: &aws_byte_buf, b: &aws_byte_buf) -> bool {
    used(a).eq_ignore_ascii_case(used(b))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_eq(a: &aws_byte_cursor, b: &aws_byte_cursor) -> bool {
    shown(a) == shown(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_eq_ignore_case(a: &aws_byte_cursor, b: &aws_byte_cursor) -> bool {
    shown(a).eq_ignore_ascii_case(shown(b))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_eq_byte_buf(a: &aws_byte_cursor, b: &aws_byte_buf) -> bool {
    shown(a) == used(b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_eq_byte_buf_ignore_case(
    a: &aws_byte_cursor,
    b: &aws_byte_buf,
) -> bool {
    shown(a).eq_ignore_ascii_case(used(b))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_eq_cb(a: &aws_byte_cursor, b: &aws_byte_cursor) -> bool {
    aws_byte_cursor_eq(a, b)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_eq_ignore_case_cb(
    a: &aws_byte_cursor,
    b: &aws_byte_cursor,
) -> bool {
    aws_byte_cursor_eq_ignore_case(a, b)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_buf_eq_c_str(buf: &aws_byte_buf, c_str: *const c_char) -> bool {
    // SAFETY: NULL or a C string.
    unsafe { c_bytes(c_str) }.is_some_and(|text| used(buf) == text)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_cursor_eq_c_str(
    cursor: &aws_byte_cursor,
    c_str: *const c_char,
) -> bool {
    // SAFETY: NULL or a C string.
    unsafe { c_bytes(c_str) }.is_some_and(|text| shown(cursor) == text)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_eq(
    array_a: *const c_void,
    len_a: usize,
    array_b: *const c_void,
    len_b: usize,
) -> bool {
    // SAFETY: readable for these lengths.
    let (a, b) = unsafe { (slice(array_a.cast(), len_a), slice(array_b.cast(), len_b)) };
    a == b
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_eq_c_str(
    array: *const c_void,
    array_len: usize,
    c_str: *const c_char,
) -> bool {
    // SAFETY: readable for this length; NULL or a C string.
    let (array, text) = unsafe { (slice(array.cast(), array_len), c_bytes(c_str)) };
    text.is_some_and(|text| array == text)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_buf_eq_c_str_ignore_case(
    buf: &aws_byte_buf,
    c_str: *const c_char,
) -> bool {
    // SAFETY: NULL or a C string.
    unsafe { c_bytes(c_str) }.is_some_and(|text| used(buf).eq_ignore_ascii_case(text))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_cursor_eq_c_str_ignore_case(
    cursor: &aws_byte_cursor,
    c_str: *const c_char,
) -> bool {
    // SAFETY: NULL or a C string.
    unsafe { c_bytes(c_str) }.is_some_and(|text| shown(cursor).eq_ignore_ascii_case(text))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_eq_ignore_case(
    array_a: *const c_void,
    len_a: usize,
    array_b: *const c_void,
    len_b: usize,
) -> bool {
    // SAFETY: readable for these lengths.
    let (a, b) = unsafe { (slice(array_a.cast(), len_a), slice(array_b.cast(), len_b)) };
    a.eq_ignore_ascii_case(b)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_eq_c_str_ignore_case(
    array: *const c_void,
    array_len: usize,
    c_str: *const c_char,
) -> bool {
    // SAFETY: readable for this length; NULL or a C string.
    let (array, text) = unsafe { (slice(array.cast(), array_len), c_bytes(c_str)) };
    text.is_some_and(|text| array.eq_ignore_ascii_case(text))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_starts_with(
    input: &aws_byte_cursor,
    prefix: &aws_byte_cursor,
) -> bool {
    shown(input).starts_with(shown(prefix))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_starts_with_ignore_case(
    input: &aws_byte_cursor,
    prefix: &aws_byte_cursor,
) -> bool {
    shown(input).get(..prefix.len).is_some_and(|start| start.eq_ignore_ascii_case(shown(prefix)))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_compare_lexical(
    lhs: &aws_byte_cursor,
    rhs: &aws_byte_cursor,
) -> c_int {
    shown(lhs).cmp(shown(rhs)) as c_int
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_compare_lookup(
    lhs: &aws_byte_cursor,
    rhs: &aws_byte_cursor,
    lookup_table: &[u8; 256],
) -> c_int {
    let entry = |byte: &u8| lookup_table[usize::from(*byte)];
    shown(lhs).iter().map(entry).cmp(shown(rhs).iter().map(entry)) as c_int
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_next_split(
    input_str: &aws_byte_cursor,
    split_on: c_char,
    substr: &mut aws_byte_cursor,
) -> bool {
    aws_byte_cursor_next_split_on_cursor(input_str, view(&[split_on as u8]), substr)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_next_split_on_cursor(
    input_str: &aws_byte_cursor,
    split_on: aws_byte_cursor,
    substr: &mut aws_byte_cursor,
) -> bool {
    let input = shown(input_str);
    let separator = shown(&split_on);
    // The first piece begins at the beginning, later ones behind the separator that ended the one before.
    let start = if substr.ptr.is_null() {
        0
    } else {
        (substr.ptr as usize)
            .wrapping_sub(input.as_ptr() as usize)
            .wrapping_add(substr.len)
            .wrapping_add(separator.len())
    };
    let Some(rest) = input.get(start..) else {
        *substr = NOTHING;
        return false;
    };
    let len = find(rest, separator).unwrap_or(rest.len());
    *substr = view(&rest[..len]);
    true
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_split_on_char(
    input_str: &aws_byte_cursor,
    split_on: c_char,
    output: &mut aws_array_list,
) -> c_int {
    aws_byte_cursor_split_on_char_n(input_str, split_on, 0, output)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_split_on_char_n(
    input_str: &aws_byte_cursor,
    split_on: c_char,
    n: usize,
    output: &mut aws_array_list,
) -> c_int {
    let limit = if n == 0 { usize::MAX } else { n.saturating_add(1) };
    for piece in shown(input_str).splitn(limit, |&byte| byte == split_on as u8) {
        let item = view(piece);
        // SAFETY: a list of cursors is filled with cursors.
        if unsafe { array_list::aws_array_list_push_back(output, (&raw const item).cast()) }
            != SUCCESS
        {
            return FAILURE;
        }
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_find_exact(
    input_str: &aws_byte_cursor,
    to_find: &aws_byte_cursor,
    first_find: &mut aws_byte_cursor,
) -> c_int {
    if to_find.len > input_str.len {
        return raise(AWS_ERROR_STRING_MATCH_NOT_FOUND);
    }
    if to_find.len == 0 {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    let input = shown(input_str);
    match find(input, shown(to_find)) {
        Some(at) => *first_find = view(&input[at..]),
        None => return raise(AWS_ERROR_STRING_MATCH_NOT_FOUND),
    }
    SUCCESS
}

fn find(input: &[u8], wanted: &[u8]) -> Option<usize> {
    match wanted {
        [] => None,
        [byte] => input.iter().position(|other| other == byte),
        _ => input.windows(wanted.len()).position(|part| part == wanted),
    }
}

/// Whether the predicate, never NULL, accepts a byte.
fn accepts(predicate: aws_byte_predicate_fn, byte: u8) -> bool {
    // SAFETY: C hands in a function of this type.
    predicate.is_some_and(|predicate| unsafe { call_through!(predicate, byte) })
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_byte_cursor_left_trim_pred(
    source: &aws_byte_cursor,
    predicate: aws_byte_predicate_fn,
) -> aws_byte_cursor {
    let mut trimmed = *source;
    let len = shown(source).iter().take_while(|&&byte| accepts(predicate, byte)).count();
    aws_byte_cursor_advance(&mut trimmed, len);
    trimmed
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_byte_cursor_right_trim_pred(
    source: &aws_byte_cursor,
    predicate: aws_byte_predicate_fn,
) -> aws_byte_cursor {
    let len = shown(source).iter().rev().take_while(|&&byte| accepts(predicate, byte)).count();
    aws_byte_cursor { len: source.len - len, ptr: source.ptr }
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_byte_cursor_trim_pred(
    source: &aws_byte_cursor,
    predicate: aws_byte_predicate_fn,
) -> aws_byte_cursor {
    aws_byte_cursor_right_trim_pred(&aws_byte_cursor_left_trim_pred(source, predicate), predicate)
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_byte_cursor_satisfies_pred(
    source: &aws_byte_cursor,
    predicate: aws_byte_predicate_fn,
) -> bool {
    shown(source).iter().all(|&byte| accepts(predicate, byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advancing_stays_within() {
        let mut cursor = view(b"abcd");
        assert_eq!(shown(&aws_byte_cursor_advance(&mut cursor, 3)), b"abc");
        assert!(aws_byte_cursor_advance(&mut cursor, 2).ptr.is_null());
        assert!(aws_byte_cursor_advance_nospec(&mut cursor, 2).ptr.is_null());
        assert_eq!(shown(&aws_byte_cursor_advance_nospec(&mut cursor, 1)), b"d");
        assert_eq!(cursor.len, 0);
    }

    #[test]
    fn pieces_between_separators() {
        for (input, pieces) in
            [("a,b", &["a", "b"][..]), (",a,,", &["", "a", "", ""]), ("a", &["a"]), ("", &[""])]
        {
            let input = view(input.as_bytes());
            let mut piece = NOTHING;
            let mut seen = Vec::new();
            while aws_byte_cursor_next_split(&input, b',' as c_char, &mut piece) {
                seen.push(String::from_utf8_lossy(shown(&piece)).into_owned());
            }
            assert_eq!(seen, pieces);
        }
        let mut piece = NOTHING;
        let words = view(b"one--two");
        assert!(aws_byte_cursor_next_split_on_cursor(&words, view(b"--"), &mut piece));
        assert!(aws_byte_cursor_next_split_on_cursor(&words, view(b"--"), &mut piece));
        assert_eq!(shown(&piece), b"two");
    }

    #[test]
    fn finding_and_trimming() {
        let mut found = NOTHING;
        assert_eq!(aws_byte_cursor_find_exact(&view(b"abcb"), &view(b"cb"), &mut found), SUCCESS);
        assert_eq!(shown(&found), b"cb");
        assert_eq!(aws_byte_cursor_find_exact(&view(b"abcb"), &view(b"x"), &mut found), FAILURE);
        extern "C" fn space(byte: u8) -> bool {
            byte == b' '
        }
        assert_eq!(shown(&aws_byte_cursor_trim_pred(&view(b"  a b "), Some(space))), b"a b");
        assert_eq!(aws_byte_cursor_trim_pred(&view(b"   "), Some(space)).len, 0);
        assert!(aws_byte_cursor_starts_with_ignore_case(&view(b"HTTPS://"), &view(b"https")));
        assert!(aws_byte_cursor_compare_lexical(&view(b"ab"), &view(b"abc")) < 0);
    }
}
