//! URIs: splitting a text into its parts, assembling one, walking over its parameters.
//!
//! The struct owns a copy of the text; all its cursors show parts of that copy.

use core::mem::MaybeUninit;

use super::byte_buf::{aws_byte_buf_clean_up, push_growing};
use super::*;

/// The parts of a text.
#[derive(Default, Debug, PartialEq)]
struct Parts<'a> {
    scheme: &'a [u8],
    authority: &'a [u8],
    userinfo: &'a [u8],
    user: &'a [u8],
    password: &'a [u8],
    host: &'a [u8],
    port: u32,
    path: &'a [u8],
    query: &'a [u8],
    path_and_query: &'a [u8],
}

fn split(text: &[u8]) -> Option<Parts<'_>> {
    let mut parts = Parts::default();
    let mut rest = text;
    if let Some(colon) = rest.iter().position(|&byte| byte == b':') {
        match &rest[colon + 1..] {
            [b'/', b'/', behind @ ..] => (parts.scheme, rest) = (&rest[..colon], behind),
            [b'/', ..] => return None,
            _ => {}
        }
    }
    if rest.is_empty() {
        return None;
    }
    // A slash ends the authority even behind a question mark.
    let find = |byte| rest.iter().position(|&other| other == byte);
    let end = find(b'/').or_else(|| find(b'?')).unwrap_or(rest.len());
    (parts.authority, rest) = rest.split_at(end);
    split_authority(&mut parts)?;
    parts.path_and_query = rest;
    let question = rest.iter().position(|&byte| byte == b'?');
    (parts.path, parts.query) = match question {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &[][..]),
    };
    Some(parts)
}

fn split_authority(parts: &mut Parts<'_>) -> Option<()> {
    let mut host = parts.authority;
    if let Some(at) = host.iter().position(|&byte| byte == b'@') {
        (parts.userinfo, host) = (&host[..at], &host[at + 1..]);
        let colon = parts.userinfo.iter().position(|&byte| byte == b':');
        (parts.user, parts.password) = match colon {
            Some(colon) => (&parts.userinfo[..colon], &parts.userinfo[colon + 1..]),
            None => (parts.userinfo, &[][..]),
        };
    }
    let after_brackets = match host {
        [b'[', ..] => host.iter().position(|&byte| byte == b']')?,
        _ => 0,
    };
    let colon = host[after_brackets..].iter().position(|&byte| byte == b':');
    if let Some(colon) = colon.map(|colon| colon + after_brackets) {
        parts.port = port(&host[colon + 1..])?;
        host = &host[..colon];
    }
    parts.host = match host {
        [b'[', address @ .., b']'] => address,
        _ => host,
    };
    Some(())
}

fn port(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return Some(0);
    }
    if digits.len() > 10 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    core::str::from_utf8(digits).ok()?.parse().ok()
}

/// Takes over a buffer with the text and fills the struct, or frees the buffer.
fn finish(
    uri: &mut MaybeUninit<aws_uri>,
    allocator: *mut aws_allocator,
    mut text: aws_byte_buf,
) -> c_int {
    // SAFETY: all fields may be zero.
    let zeroed = unsafe { core::mem::zeroed() };
    let Some(parts) = split(used(&text)) else {
        aws_byte_buf_clean_up(&mut text);
        uri.write(zeroed);
        return raise(AWS_ERROR_MALFORMED_INPUT_STRING);
    };
    let show = |part: &[u8]| if part.is_empty() { NOTHING } else { view(part) };
    uri.write(aws_uri {
        self_size: size_of::<aws_uri>(),
        allocator,
        uri_str: text,
        scheme: show(parts.scheme),
        authority: show(parts.authority),
        userinfo: show(parts.userinfo),
        user: show(parts.user),
        password: show(parts.password),
        host_name: show(parts.host),
        port: parts.port,
        path: show(parts.path),
        query_string: show(parts.query),
        path_and_query: show(parts.path_and_query),
    });
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_init_parse(
    uri: &mut MaybeUninit<aws_uri>,
    allocator: *mut aws_allocator,
    uri_str: &aws_byte_cursor,
) -> c_int {
    let mut text = MaybeUninit::uninit();
    byte_buf::aws_byte_buf_init_copy_from_cursor(&mut text, allocator, *uri_str);
    // SAFETY: initialised by the line above.
    finish(uri, allocator, unsafe { text.assume_init() })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_uri_init_from_builder_options(
    uri: &mut MaybeUninit<aws_uri>,
    allocator: *mut aws_allocator,
    options: &aws_uri_builder_options,
) -> c_int {
    // SAFETY: NULL or a list.
    let parameters = unsafe { options.query_params.as_ref() };
    if options.query_string.len > 0 && parameters.is_some() {
        // SAFETY: all fields may be zero.
        uri.write(unsafe { core::mem::zeroed() });
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    }
    let mut text = MaybeUninit::uninit();
    byte_buf::aws_byte_buf_init(&mut text, allocator, 64);
    // SAFETY: initialised by the line above.
    let mut text = unsafe { text.assume_init() };
    let mut add = |bytes: &[u8]| push_growing(&mut text, bytes, false);
    if options.scheme.len > 0 {
        add(shown(&options.scheme));
        add(b"://");
    }
    add(shown(&options.host_name));
    if options.port != 0 {
        add(format!(":{}", options.port).as_bytes());
    }
    add(shown(&options.path));
    if let Some(parameters) = parameters {
        for index in 0..parameters.length {
            // SAFETY: a list of parameters.
            let parameter = unsafe { &*parameters.data.cast::<aws_uri_param>().add(index) };
            add(if index == 0 { b"?" } else { b"&" });
            add(shown(&parameter.key));
            add(b"=");
            add(shown(&parameter.value));
        }
    } else if options.query_string.len > 0 {
        add(b"?");
        add(shown(&options.query_string));
    }
    finish(uri, allocator, text)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_clean_up(uri: &mut aws_uri) {
    if !uri.allocator.is_null() {
        aws_byte_buf_clean_up(&mut uri.uri_str);
    }
    // SAFETY: all fields may be zero.
    *uri = unsafe { core::mem::zeroed() };
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_clean_up_secure(uri: &mut aws_uri) {
    byte_buf::aws_byte_buf_secure_zero(&mut uri.uri_str);
    aws_uri_clean_up(uri);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_scheme(uri: &aws_uri) -> &aws_byte_cursor {
    &uri.scheme
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_authority(uri: &aws_uri) -> &aws_byte_cursor {
    &uri.authority
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_host_name(uri: &aws_uri) -> &aws_byte_cursor {
    &uri.host_name
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_port(uri: &aws_uri) -> u32 {
    uri.port
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_path(uri: &aws_uri) -> &aws_byte_cursor {
    &uri.path
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_query_string(uri: &aws_uri) -> &aws_byte_cursor {
    &uri.query_string
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_path_and_query(uri: &aws_uri) -> &aws_byte_cursor {
    &uri.path_and_query
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_query_string_next_param(
    query_string: aws_byte_cursor,
    param: &mut aws_uri_param,
) -> bool {
    // The last parameter as one piece, so that the next one is behind it.
    let mut piece = match param.key.ptr.is_null() {
        true => NOTHING,
        false => {
            let start = param.key.ptr as usize;
            let value_end = (param.value.ptr as usize).wrapping_add(param.value.len);
            let key_end = start.wrapping_add(param.key.len);
            let end = if param.value.ptr.is_null() { key_end } else { value_end };
            aws_byte_cursor { len: end.wrapping_sub(start), ptr: param.key.ptr }
        }
    };
    loop {
        if !byte_cursor::aws_byte_cursor_next_split(&query_string, b'&' as c_char, &mut piece) {
            *param = aws_uri_param { key: NOTHING, value: NOTHING };
            return false;
        }
        if piece.len > 0 {
            break;
        }
    }
    let text = shown(&piece);
    let (key, value) = match text.iter().position(|&byte| byte == b'=') {
        Some(at) => (&text[..at], view(&text[at + 1..])),
        None => (text, NOTHING),
    };
    *param = aws_uri_param { key: view(key), value };
    true
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_query_string_params(
    query_string: aws_byte_cursor,
    out_params: &mut aws_array_list,
) -> c_int {
    let mut param = aws_uri_param { key: NOTHING, value: NOTHING };
    while aws_query_string_next_param(query_string, &mut param) {
        // SAFETY: a list of parameters is filled with one.
        let result =
            unsafe { array_list::aws_array_list_push_back(out_params, (&raw const param).cast()) };
        if result != SUCCESS {
            return FAILURE;
        }
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_query_string_next_param(
    uri: &aws_uri,
    param: &mut aws_uri_param,
) -> bool {
    aws_query_string_next_param(uri.query_string, param)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uri_query_string_params(
    uri: &aws_uri,
    out_params: &mut aws_array_list,
) -> c_int {
    aws_query_string_params(uri.query_string, out_params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_texts() {
        let text = b"https://me:secret@host.example:8443/a/b?x=1&y";
        let parts = split(text).expect("a URI");
        assert_eq!(
            (parts.scheme, parts.host, parts.port),
            (&b"https"[..], &b"host.example"[..], 8443)
        );
        assert_eq!((parts.user, parts.password), (&b"me"[..], &b"secret"[..]));
        assert_eq!((parts.path, parts.query), (&b"/a/b"[..], &b"x=1&y"[..]));
        assert_eq!(parts.path_and_query, b"/a/b?x=1&y");
        let parts = split(b"host").expect("a URI");
        assert_eq!(
            (parts.host, parts.path, parts.path_and_query),
            (&b"host"[..], &[][..], &[][..])
        );
        let parts = split(b"http://[::1]:80").expect("a URI");
        assert_eq!((parts.host, parts.port), (&b"::1"[..], 80));
        for wrong in
            ["", "http://", "http:/host", "http://host:port", "http://[::1", "http://h:99999999999"]
        {
            assert_eq!(split(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn assembling_and_walking() {
        let parameter = |key: &'static [u8], value: &'static [u8]| aws_uri_param {
            key: view(key),
            value: view(value),
        };
        let mut storage = [parameter(b"k", b"v"), parameter(b"a", b"")];
        let mut list = MaybeUninit::uninit();
        let (memory, size) = (storage.as_mut_ptr().cast(), size_of::<aws_uri_param>());
        array_list::aws_array_list_init_static_from_initialized(&mut list, memory, 2, size);
        let options = aws_uri_builder_options {
            scheme: view(b"https"),
            path: view(b"/p"),
            host_name: view(b"h"),
            port: 99,
            query_params: list.as_mut_ptr(),
            query_string: NOTHING,
        };
        let mut uri = MaybeUninit::uninit();
        let allocator = alloc::aws_default_allocator();
        // SAFETY: the list lives; the struct is filled on success.
        unsafe {
            assert_eq!(aws_uri_init_from_builder_options(&mut uri, allocator, &options), SUCCESS);
            let uri = uri.assume_init_mut();
            assert_eq!(used(&uri.uri_str), b"https://h:99/p?k=v&a=");
            let mut param = aws_uri_param { key: NOTHING, value: NOTHING };
            assert!(aws_uri_query_string_next_param(uri, &mut param));
            assert_eq!((shown(&param.key), shown(&param.value)), (&b"k"[..], &b"v"[..]));
            assert!(aws_uri_query_string_next_param(uri, &mut param));
            assert_eq!((shown(&param.key), shown(&param.value)), (&b"a"[..], &b""[..]));
            assert!(!aws_uri_query_string_next_param(uri, &mut param));
            aws_uri_clean_up(uri);
            assert!(uri.uri_str.buffer.is_null());
        }
    }
}
