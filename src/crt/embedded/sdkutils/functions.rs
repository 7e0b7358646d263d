//! The functions that conditions of endpoint rules may call.
//!
//! A value that is not set is null, and so is the result of a function whose argument is not what it is for.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::partitions::Partitions;

/// What is written as it is into a URL (RFC 3986, 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Calls a function by its name; `None` if there is none of that name for so many arguments.
pub(super) fn call(name: &str, arguments: &[Value], partitions: &Partitions) -> Option<Value> {
    let value = match (name, arguments) {
        ("isSet", [value]) => Value::Bool(!value.is_null()),
        ("not", [value]) => Value::Bool(!matches!(value, Value::Bool(true))),
        ("booleanEquals", [one, other]) => equal(one.as_bool(), other.as_bool()),
        ("stringEquals", [one, other]) => equal(one.as_str(), other.as_str()),
        ("getAttr", [value, path]) => attribute(value, path.as_str()?),
        ("substring", [text, start, stop, reverse]) => {
            substring(text.as_str(), start.as_u64()?, stop.as_u64()?, reverse.as_bool()?)
        }
        ("uriEncode", [text]) => match text.as_str() {
            Some(text) => Value::String(utf8_percent_encode(text, UNRESERVED).to_string()),
            None => Value::Null,
        },
        ("parseURL", [url]) => url.as_str().and_then(parse_url).unwrap_or(Value::Null),
        ("isValidHostLabel", [label, dots]) => {
            Value::Bool(labels(label.as_str(), dots.as_bool()?, is_host_label))
        }
        ("aws.isVirtualHostableS3Bucket", [bucket, dots]) => {
            Value::Bool(is_bucket(bucket.as_str(), dots.as_bool()?))
        }
        ("aws.partition", [region]) => {
            region.as_str().and_then(|region| partitions.of(region)).unwrap_or(Value::Null)
        }
        ("aws.parseArn", [arn]) => arn.as_str().and_then(parse_arn).unwrap_or(Value::Null),
        _ => return None,
    };
    Some(value)
}

fn equal<T: PartialEq>(one: Option<T>, other: Option<T>) -> Value {
    Value::Bool(one.is_some() && one == other)
}

/// `name.name[index]`, or `[index]` alone.
pub(super) fn attribute(value: &Value, path: &str) -> Value {
    let mut value = value;
    for step in path.split('.') {
        let (name, index) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((name, index)) => (name, Some(index)),
            None => (step, None),
        };
        if !name.is_empty() {
            value = &value[name];
        }
        if let Some(index) = index {
            let Ok(index) = index.parse::<usize>() else { return Value::Null };
            value = &value[index];
        }
    }
    value.clone()
}

fn substring(text: Option<&str>, start: u64, stop: u64, reverse: bool) -> Value {
    let Some(text) = text.filter(|text| text.is_ascii()) else { return Value::Null };
    let (length, start, stop) = (text.len(), start as usize, stop as usize);
    if start >= stop || stop > length {
        return Value::Null;
    }
    let range = if reverse { length - stop..length - start } else { start..stop };
    Value::String(text[range].to_owned())
}

/// Only what endpoints may be: http or https, without query and fragment.
fn parse_url(url: &str) -> Option<Value> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https") || rest.contains(['?', '#']) {
        return None;
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host.rfind(']') {
        Some(end) => host.split_at(end + 1),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port_is_one =
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    if host.is_empty() || !port_is_one {
        return None;
    }
    let plain = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let normalized = format!("/{}/", path.trim_matches('/'));
    Some(json!({
        "scheme": scheme,
        "authority": authority,
        "path": path,
        "normalizedPath": if normalized == "//" { "/" } else { &normalized },
        "isIp": plain.parse::<std::net::IpAddr>().is_ok(),
    }))
}

/// `arn:partition:service:region:account:resource`, the resource in pieces.
fn parse_arn(arn: &str) -> Option<Value> {
    let pieces: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = pieces[..] else { return None };
    if partition.is_empty() || service.is_empty() || resource.is_empty() {
        return None;
    }
    let resource: Vec<&str> = resource.split([':', '/']).collect();
    Some(json!({
        "partition": partition,
        "service": service,
        "region": region,
        "accountId": account,
        "resourceId": resource,
    }))
}

/// Whether a text is of this kind, or all of its pieces between dots are.
fn labels(text: Option<&str>, dots: bool, is_label: fn(&str) -> bool) -> bool {
    match text {
        None => false,
        Some(text) if dots => text.split('.').all(is_label),
        Some(text) => is_label(text),
    }
}

fn is_host_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_bucket(bucket: Option<&str>, dots: bool) -> bool {
    let is_label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (3..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    match bucket {
        None => false,
        Some(bucket) if bucket.parse::<std::net::Ipv4Addr>().is_ok() => false,
        Some(bucket) if dots => bucket.split('.').all(is_label),
        Some(bucket) => is_label(bucket),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str, arguments: &[Value]) -> Value {
        let partitions = Partitions::read(br#"{"version":"1.1","partitions":[]}"#).unwrap();
        call(name, arguments, &partitions).expect("a function")
    }

    #[test]
    fn pieces_of_texts() {
        let substring = |text: &str, start, stop, reverse| {
            value("substring", &[json!(text), json!(start), json!(stop), json!(reverse)])
        };
        assert_eq!(substring("abcde", 1, 3, false), json!("bc"));
        assert_eq!(substring("abcde", 0, 2, true), json!("de"));
        assert_eq!(substring("abcde", 0, 6, false), Value::Null);
        assert_eq!(substring("abcde", 3, 3, false), Value::Null);
        assert_eq!(substring("\u{e4}bc", 0, 1, false), Value::Null);
        assert_eq!(value("uriEncode", &[json!("a b/~\u{e4}")]), json!("a%20b%2F~%C3%A4"));
        assert_eq!(value("not", &[Value::Null]), json!(true));
        assert_eq!(value("stringEquals", &[Value::Null, Value::Null]), json!(false));
    }

    #[test]
    fn urls() {
        for (url, authority, path, normalized, is_ip) in [
            ("https://h.example", "h.example", "", "/", false),
            ("http://127.0.0.1:80/a/b/", "127.0.0.1:80", "/a/b/", "/a/b/", true),
            ("https://[::1]/a", "[::1]", "/a", "/a/", true),
        ] {
            let found = value("parseURL", &[json!(url)]);
            assert_eq!(
                (&found["authority"], &found["path"], &found["normalizedPath"], &found["isIp"]),
                (&json!(authority), &json!(path), &json!(normalized), &json!(is_ip)),
                "{url}"
            );
        }
        for broken in
            ["h.example", "ftp://h", "https://", "https://h?q", "https://h:99999", "https://h#f"]
        {
            assert_eq!(value("parseURL", &[json!(broken)]), Value::Null, "{broken}");
        }
    }

    #[test]
    fn names_of_resources() {
        let arn = value("aws.parseArn", &[json!("arn:aws:s3:us-west-2:1:accesspoint:a/b")]);
        assert_eq!(attribute(&arn, "resourceId[0]"), json!("accesspoint"));
        assert_eq!(attribute(&arn, "resourceId[2]"), json!("b"));
        assert_eq!(attribute(&arn, "resourceId[3]"), Value::Null);
        assert_eq!(attribute(&arn, "accountId"), json!("1"));
        for broken in ["arn:aws:s3:r:1:", "arn:aws:s3:r:1", "arn::s3:r:1:x", "nra:aws:s3:r:1:x"] {
            assert_eq!(value("aws.parseArn", &[json!(broken)]), Value::Null, "{broken}");
        }
    }

    #[test]
    fn labels_and_buckets() {
        let label = |text: &str, dots: bool| value("isValidHostLabel", &[json!(text), json!(dots)]);
        let bucket = |text: &str, dots: bool| {
            value("aws.isVirtualHostableS3Bucket", &[json!(text), json!(dots)])
        };
        assert_eq!((label("a-1", false), label("a.b", false)), (json!(true), json!(false)));
        assert_eq!((label("a.b", true), label("a..b", true)), (json!(true), json!(false)));
        assert_eq!((label("", false), label(&"a".repeat(64), false)), (json!(false), json!(false)));
        assert_eq!((bucket("abc", false), bucket("ab", false)), (json!(true), json!(false)));
        assert_eq!((bucket("Abc", false), bucket("a.b", true)), (json!(false), json!(false)));
        assert_eq!(
            (bucket("abc.def", true), bucket("abc.def", false)),
            (json!(true), json!(false))
        );
        assert_eq!(bucket("192.168.100.200", true), json!(false));
    }
}
