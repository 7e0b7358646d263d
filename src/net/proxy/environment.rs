//! Proxies that environment variables name, looked up anew for each connection.
//!
//! `https_proxy` serves connections with TLS and `http_proxy` those without; `no_proxy` lists who needs none. A name in
//! lower case goes before the same in upper case, and a variable without text counts as unset.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::uri::Authority;
use percent_encoding::percent_decode_str;

use super::{Credentials, NoProxy, Route, Way};
use crate::crt::TlsSettings;
use crate::error::{Code, Error, Result};
use crate::log;
use crate::net::Origin;

/// How to use the proxies of the environment.
#[derive(Clone, Debug)]
pub struct Environment {
    pub way: Way,
    /// TLS to proxies whose URL begins with `https:`; the defaults if None.
    pub tls: Option<TlsSettings>,
    /// Reads a variable.
    pub variable: fn(&str) -> Option<String>,
}

impl Environment {
    /// The variables of the process.
    pub fn of_process(way: Way, tls: Option<TlsSettings>) -> Self {
        let variable =
            |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        Self { way, tls, variable }
    }

    /// TLS to a proxy. `AWS_PROXY_NO_VERIFY_PEER` turns verification off unless the caller said something about TLS, or
    /// the text of the variable says no.
    pub(super) fn tls_settings(&self) -> TlsSettings {
        let unverified = (self.variable)("AWS_PROXY_NO_VERIFY_PEER").is_some_and(|text| {
            let text = text.trim();
            !(text.is_empty() || text == "0" || text.eq_ignore_ascii_case("false"))
        });
        self.tls
            .clone()
            .unwrap_or_else(|| TlsSettings { verify_peer: !unverified, ..TlsSettings::default() })
    }

    pub(super) fn route(&self, origin: &Origin) -> Result<Option<Route>> {
        let variable = if origin.tls { "https_proxy" } else { "http_proxy" };
        let Some(text) = self.text(variable) else { return Ok(None) };
        if let Some(list) = self.text("no_proxy")
            && NoProxy::new(&list).contains(&origin.host, origin.port)
        {
            log!(Debug, General, "{} is in no_proxy and reached directly", origin.host);
            return Ok(None);
        }
        let Url { tls, host, port, credentials } = parse(&text).map_err(|(code, reason)| {
            // The text may hold a password, so it is not shown.
            Error::new(code).because(format!("the variable {variable} {reason}"))
        })?;
        let tunnel = self.way.tunnels(origin)?;
        Ok(Some(Route { host, port, tls, credentials, tunnel }))
    }

    /// The text of a variable that is not empty.
    fn text(&self, name: &str) -> Option<String> {
        let set = |name: &str| (self.variable)(name).filter(|text| !text.is_empty());
        set(name).or_else(|| set(&name.to_ascii_uppercase()))
    }
}

#[derive(Debug, PartialEq)]
struct Url {
    tls: bool,
    host: String,
    port: u16,
    credentials: Credentials,
}

/// `[scheme://][user[:password]@]host[:port][/…]`; without a scheme it is http.
fn parse(text: &str) -> Result<Url, (Code, &'static str)> {
    const MALFORMED: Code = Code::MALFORMED_INPUT_STRING;
    let (scheme, rest) = text.trim().split_once("://").unwrap_or(("http", text.trim()));
    let (tls, default_port) = match scheme.to_ascii_lowercase().as_str() {
        "http" => (false, 80),
        "https" => (true, 443),
        _ => {
            return Err((
                Code::S3_UNSUPPORTED_PROXY_SCHEME,
                "names a kind of proxy other than http and https",
            ));
        }
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let host: Authority = host.parse().map_err(|_| (MALFORMED, "is not a URL"))?;
    let name = host.host();
    let name = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    let port = match host.as_str()[host.host().len()..].strip_prefix(':') {
        None | Some("") => default_port,
        Some(port) => port.parse().map_err(|_| (MALFORMED, "has a port that is no number"))?,
    };
    if name.is_empty() {
        return Err((MALFORMED, "names no host"));
    }
    Ok(Url { tls, host: name.to_owned(), port, credentials: user_info(user) })
}

/// Name and password as they are meant by a URL: percent-encoded.
fn user_info(text: &str) -> Credentials {
    if text.is_empty() {
        return Credentials::None;
    }
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let decoded = |part| percent_decode_str(part).collect::<Vec<u8>>();
    Credentials::basic(&decoded(user), &decoded(password))
}

impl Credentials {
    /// RFC 7617.
    pub fn basic(user: &[u8], password: &[u8]) -> Self {
        let pair = STANDARD.encode([user, b":", password].concat());
        Self::Header(Bytes::from(format!("Basic {pair}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variable: fn(&str) -> Option<String>) -> Environment {
        Environment { way: Way::ByOrigin, tls: None, variable }
    }

    fn origin(tls: bool, host: &str) -> Origin {
        Origin { tls, host: host.into(), port: 8443 }
    }

    #[test]
    fn urls() {
        let basic =
            |pair: &str| Credentials::Header(format!("Basic {}", STANDARD.encode(pair)).into());
        let none = Credentials::None;
        let table = [
            ("http://proxy.test:3128", Ok((false, "proxy.test", 3128, none.clone()))),
            ("proxy.test:3128", Ok((false, "proxy.test", 3128, none.clone()))),
            ("HTTP://proxy.test/", Ok((false, "proxy.test", 80, none.clone()))),
            (" https://proxy.test?x ", Ok((true, "proxy.test", 443, none.clone()))),
            ("http://[::1]:8080/x", Ok((false, "::1", 8080, none.clone()))),
            ("http://proxy.test:", Ok((false, "proxy.test", 80, none.clone()))),
            ("http://a:b@proxy.test", Ok((false, "proxy.test", 80, basic("a:b")))),
            ("u%40x:p%3a%2F%25@proxy.test:1", Ok((false, "proxy.test", 1, basic("u@x:p:/%")))),
            ("http://a@proxy.test", Ok((false, "proxy.test", 80, basic("a:")))),
            ("http://a:b@c:d@proxy.test", Ok((false, "proxy.test", 80, basic("a:b@c:d")))),
            ("http://@proxy.test", Ok((false, "proxy.test", 80, none))),
            ("socks5://proxy.test", Err(Code::S3_UNSUPPORTED_PROXY_SCHEME)),
            ("http://", Err(Code::MALFORMED_INPUT_STRING)),
            ("http://:80", Err(Code::MALFORMED_INPUT_STRING)),
            ("http://pro xy", Err(Code::MALFORMED_INPUT_STRING)),
            ("http://proxy:99999", Err(Code::MALFORMED_INPUT_STRING)),
            ("http://proxy:x", Err(Code::MALFORMED_INPUT_STRING)),
            ("http://[::1", Err(Code::MALFORMED_INPUT_STRING)),
        ];
        for (text, expected) in table {
            let url = parse(text).map_err(|(code, _)| code);
            let expected = expected.map(|(tls, host, port, credentials)| Url {
                tls,
                host: host.to_owned(),
                port,
                credentials,
            });
            assert_eq!(url, expected, "{text}");
        }
    }

    #[test]
    fn each_scheme_has_its_variable() {
        let plain = environment(|name| (name == "HTTP_PROXY").then(|| "http://a.test".into()));
        assert_eq!(plain.route(&origin(false, "b")).unwrap().unwrap().host, "a.test");
        assert!(plain.route(&origin(true, "b")).unwrap().is_none());
        let secure = environment(|name| (name == "HTTPS_PROXY").then(|| "http://a.test".into()));
        let route = secure.route(&origin(true, "b")).unwrap().unwrap();
        assert!(route.tunnel && !route.tls);
        assert!(secure.route(&origin(false, "b")).unwrap().is_none());
    }

    #[test]
    fn lower_case_goes_first_and_empty_is_unset() {
        let both = environment(|name| match name {
            "http_proxy" | "no_proxy" => Some("lower.test".into()),
            "HTTP_PROXY" | "NO_PROXY" => Some("upper.test".into()),
            _ => None,
        });
        assert_eq!(both.route(&origin(false, "b")).unwrap().unwrap().host, "lower.test");
        assert!(both.route(&origin(false, "x.lower.test")).unwrap().is_none());
        assert!(both.route(&origin(false, "upper.test")).unwrap().is_some());
        let empty = environment(|name| match name {
            "http_proxy" | "no_proxy" => Some(String::new()),
            "HTTP_PROXY" | "NO_PROXY" => Some("upper.test".into()),
            _ => None,
        });
        assert_eq!(empty.route(&origin(false, "b")).unwrap().unwrap().host, "upper.test");
        assert!(empty.route(&origin(false, "upper.test")).unwrap().is_none());
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        let wrong = environment(|_| Some("http://user:secret@host:port".into()));
        let error = wrong.route(&origin(false, "b")).unwrap_err();
        assert_eq!(error.code(), Code::MALFORMED_INPUT_STRING);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("http_proxy") && !shown.contains("secret"), "{shown}");
    }

    #[test]
    fn verification_is_for_the_caller_to_turn_off_first() {
        let mut careless =
            environment(|name| (name == "AWS_PROXY_NO_VERIFY_PEER").then(|| "1".into()));
        assert!(!careless.tls_settings().verify_peer);
        careless.tls = Some(TlsSettings::default());
        assert!(careless.tls_settings().verify_peer);
        careless.tls = None;
        let no: [fn(&str) -> Option<String>; 4] =
            [|_| None, |_| Some("".into()), |_| Some("0".into()), |_| Some(" False".into())];
        for said in no {
            careless.variable = said;
            assert!(careless.tls_settings().verify_peer);
        }
    }
}
