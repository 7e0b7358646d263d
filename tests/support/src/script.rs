//! Scripts of the scripted server: a JSON list of rules. The first rule that matches a request answers it; a request
//! that none matches gets status 404.
//!
//! ```json
//! [
//!   {"method": "GET", "target": "/bucket/key", "nth": "2", "status": 503},
//!   {"method": "GET", "target": "/bucket/key", "object": 20000000, "delay_ms": 5},
//!   {"method": "PUT", "read_bytes": 1000, "close": true}
//! ]
//! ```

use std::ops::RangeInclusive;
use std::path::Path;

use serde::Deserialize;

use crate::certificate::Failure;

/// One rule; the conditions come first, all of them must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// The method; any when empty.
    pub method: String,
    /// What the request target begins with.
    pub target: String,
    /// What the query begins with.
    pub query: String,
    /// What a header begins with: name and beginning of its value.
    pub header: Option<(String, String)>,
    /// Which of the requests that match all this: "2", "2-4" or "2-". All when empty.
    pub nth: String,

    /// Status of the reply.
    pub status: Option<u16>,
    /// Headers besides those that frame the body.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// The body is this much of the test content, or the range of it that the request asks for.
    pub object: Option<u64>,
    /// ETag beside `object`.
    pub etag: Option<String>,

    /// Read only so much of the request's body before answering.
    pub read_bytes: Option<usize>,
    /// Wait before answering.
    pub delay_ms: u64,
    /// Send an interim reply first.
    pub interim: bool,
    /// Send this instead of a reply, and close.
    pub garbage: Option<String>,
    /// Close before answering at all.
    pub close: bool,
    /// Send the body in chunks of so many bytes.
    pub chunked: Option<usize>,
    /// Let the end of the connection be the end of the body.
    pub no_length: bool,
    /// Close after so many bytes of the body.
    pub cut: Option<usize>,
    /// Stop after so many bytes of the body, for `stall_ms`, then go on.
    pub stall: Option<usize>,
    pub stall_ms: u64,
    /// Say `Connection: close`, and do it.
    pub last: bool,
}

/// The rules, and how often each one matched.
pub struct Script {
    rules: Vec<(Rule, RangeInclusive<usize>, usize)>,
}

impl Script {
    pub fn read(path: &Path) -> Result<Self, Failure> {
        Self::parse(&std::fs::read_to_string(path)?)
    }

    pub fn parse(text: &str) -> Result<Self, Failure> {
        let rules: Vec<Rule> = serde_json::from_str(text)?;
        let rules = rules.into_iter().map(|rule| {
            let turns = turns(&rule.nth)?;
            Ok((rule, turns, 0))
        });
        Ok(Self { rules: rules.collect::<Result<_, Failure>>()? })
    }

    /// The rule for a request; counts it.
    pub fn answer(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(String, String)],
    ) -> Option<Rule> {
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let matching = self.rules.iter_mut().find_map(|(rule, turns, seen)| {
            let wanted = (rule.method.is_empty() || rule.method == method)
                && target.starts_with(&rule.target)
                && query.starts_with(&rule.query)
                && rule.header.as_ref().is_none_or(|(name, beginning)| {
                    headers.iter().any(|(given, value)| {
                        given.eq_ignore_ascii_case(name) && value.starts_with(beginning)
                    })
                });
            if !wanted {
                return None;
            }
            *seen += 1;
            turns.contains(seen).then_some(&*rule)
        });
        matching.cloned()
    }
}

fn turns(text: &str) -> Result<RangeInclusive<usize>, Failure> {
    Ok(match text.split_once('-') {
        None if text.is_empty() => 1..=usize::MAX,
        None => text.parse()?..=text.parse()?,
        Some((first, "")) => first.parse()?..=usize::MAX,
        Some((first, last)) => first.parse()?..=last.parse()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_whose_turn_it_is_answers() {
        let text = r#"[
            {"method": "GET", "target": "/a", "nth": "2", "status": 503},
            {"target": "/a", "header": ["Range", "bytes=5"], "status": 416},
            {"target": "/a", "query": "id=", "status": 201},
            {"target": "/a", "status": 200}
        ]"#;
        let mut script = Script::parse(text).unwrap();
        let mut status = |method, target, headers: &[(String, String)]| {
            script.answer(method, target, headers).and_then(|rule| rule.status)
        };
        let range = [("range".to_owned(), "bytes=5-9".to_owned())];
        assert_eq!(status("GET", "/abc", &[]), Some(200));
        assert_eq!(status("PUT", "/a", &[]), Some(200));
        assert_eq!(status("GET", "/a", &range), Some(503));
        assert_eq!(status("GET", "/a", &range), Some(416));
        assert_eq!(status("GET", "/b", &[]), None);
        assert_eq!(status("PUT", "/a?id=1", &[]), Some(201));
        assert_eq!(status("PUT", "/a?x&id=1", &[]), Some(200));
    }

    #[test]
    fn unknown_words_are_refused() {
        assert!(Script::parse(r#"[{"statsu": 1}]"#).is_err());
        assert!(Script::parse(r#"[{"nth": "x"}]"#).is_err());
    }
}
