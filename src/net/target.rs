//! A request target in its pieces.
//!
//! Targets are in origin form (`/path?query`) or in absolute form (`http://host/path?query`, RFC 9112, 3.2.2). They go
//! on the wire as they are; whoever signs a request or addresses it anew needs the pieces.

/// What a target consists of, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// `scheme://authority`; empty in origin form.
    pub origin: &'a [u8],
    pub path: &'a [u8],
    /// Without its question mark.
    pub query: &'a [u8],
}

impl<'a> Target<'a> {
    pub fn of(target: &'a [u8]) -> Self {
        let (origin, rest) = target.split_at(origin_length(target));
        let (path, query) = match rest.iter().position(|byte| *byte == b'?') {
            Some(mark) => (&rest[..mark], &rest[mark + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        Self { origin, path, query }
    }
}

/// Length of `scheme://authority` at the front. A key may hold `://` as well, but a path begins with a slash.
fn origin_length(target: &[u8]) -> usize {
    let in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let scheme = target.iter().take_while(|byte| in_scheme(byte)).count();
    let is_absolute =
        target.first().is_some_and(u8::is_ascii_alphabetic) && target[scheme..].starts_with(b"://");
    if !is_absolute {
        return 0;
    }
    let authority = scheme + 3;
    let end = target[authority..].iter().position(|byte| matches!(byte, b'/' | b'?'));
    end.map_or(target.len(), |end| authority + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_both_forms() {
        for (target, origin, path, query) in [
            ("/a?b?c", "", "/a", "b?c"),
            ("/a", "", "/a", ""),
            ("?acl", "", "", "acl"),
            ("*", "", "*", ""),
            ("", "", "", ""),
            ("http://h/b/k", "http://h", "/b/k", ""),
            ("HTTPS://h:8443/k?a=b&c", "HTTPS://h:8443", "/k", "a=b&c"),
            ("http://[2001:db8::1]:80//k/", "http://[2001:db8::1]:80", "//k/", ""),
            ("http://u:p@h/k", "http://u:p@h", "/k", ""),
            ("http://h", "http://h", "", ""),
            ("http://h?a=/b", "http://h", "", "a=/b"),
            ("http:///k", "http://", "/k", ""),
            ("http://h/http://i/k?u=http://j/?", "http://h", "/http://i/k", "u=http://j/?"),
            // Keys and values that look like the beginning of a URL.
            ("/http://h/k", "", "/http://h/k", ""),
            ("/b/a:/k", "", "/b/a:/k", ""),
            ("/k?u=http://h/k", "", "/k", "u=http://h/k"),
            // No scheme.
            ("1http://h/k", "", "1http://h/k", ""),
            ("://h/k", "", "://h/k", ""),
            ("http:/h/k", "", "http:/h/k", ""),
        ] {
            let [origin, path, query] = [origin, path, query].map(str::as_bytes);
            assert_eq!(Target::of(target.as_bytes()), Target { origin, path, query }, "{target}");
        }
    }
}
