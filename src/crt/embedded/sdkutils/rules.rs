//! Endpoint rules: a document of conditions, and what follows from them for some parameters.
//!
//! Rules are tried in their order. The first one whose conditions all hold decides: with an endpoint, with an error, or
//! with rules of its own. Conditions may name their results, for those behind and below them.
//! Headers of endpoints are not read: no rule of S3 has any.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::functions::{self, attribute};
use super::partitions::Partitions;
use crate::error::Code;

pub(super) const VERSION: &str = "1.0";
/// Rules and calls within each other, in a document that may be anybody's.
const MOST_DEPTH: usize = 64;

/// A document of rules.
pub(super) struct Rules {
    parameters: Vec<Parameter>,
    rules: Vec<Value>,
}

struct Parameter {
    name: String,
    required: bool,
    default: Option<Value>,
}

/// What the rules lead to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    Endpoint {
        url: String,
        /// An object in JSON, its members sorted; empty where the rule has no properties.
        properties: String,
    },
    Error(String),
}

impl Rules {
    pub fn read(document: &[u8]) -> Result<Self, Code> {
        let failed = Code::SDKUTILS_ENDPOINTS_PARSE_FAILED;
        let document: Value = serde_json::from_slice(document).map_err(|_| failed)?;
        if document["version"].as_str() != Some(VERSION) {
            return Err(Code::SDKUTILS_ENDPOINTS_UNSUPPORTED_RULESET);
        }
        let parameters = document["parameters"].as_object().ok_or(failed)?;
        let parameters = parameters.iter().map(|(name, facts)| Parameter {
            name: name.clone(),
            required: facts["required"].as_bool().unwrap_or(false),
            default: facts.get("default").cloned(),
        });
        let rules = document["rules"].as_array().ok_or(failed)?;
        if rules.is_empty() {
            return Err(Code::SDKUTILS_ENDPOINTS_EMPTY_RULESET);
        }
        Ok(Self { parameters: parameters.collect(), rules: rules.clone() })
    }

    /// What follows for these parameters. Those that are not known are left out of account.
    pub fn resolve(
        &self,
        partitions: &Partitions,
        given: &HashMap<String, Value>,
    ) -> Result<Resolved, Code> {
        let mut names = Vec::new();
        for parameter in &self.parameters {
            let value = given.get(&parameter.name).or(parameter.default.as_ref());
            match value {
                Some(value) => names.push((parameter.name.clone(), value.clone())),
                None if parameter.required => {
                    return Err(Code::SDKUTILS_ENDPOINTS_RESOLVE_INIT_FAILED);
                }
                None => {}
            }
        }
        let mut scope = Scope { partitions, names, depth: 0 };
        scope.rules(&self.rules)?.ok_or(Code::SDKUTILS_ENDPOINTS_RULESET_EXHAUSTED)
    }
}

/// The names that can be referred to, the latest last.
struct Scope<'a> {
    partitions: &'a Partitions,
    names: Vec<(String, Value)>,
    depth: usize,
}

const FAILED: Code = Code::SDKUTILS_ENDPOINTS_RESOLVE_FAILED;

impl Scope<'_> {
    fn rules(&mut self, rules: &[Value]) -> Result<Option<Resolved>, Code> {
        let known = self.names.len();
        for rule in rules {
            if self.all_hold(&rule["conditions"])? {
                return self.outcome(rule);
            }
            self.names.truncate(known);
        }
        Ok(None)
    }

    fn all_hold(&mut self, conditions: &Value) -> Result<bool, Code> {
        for condition in conditions.as_array().ok_or(FAILED)? {
            let value = self.call(condition)?;
            if matches!(value, Value::Null | Value::Bool(false)) {
                return Ok(false);
            }
            if let Some(name) = condition["assign"].as_str() {
                self.names.push((name.to_owned(), value));
            }
        }
        Ok(true)
    }

    fn outcome(&mut self, rule: &Value) -> Result<Option<Resolved>, Code> {
        match rule["type"].as_str() {
            Some("endpoint") => self.endpoint(&rule["endpoint"]).map(Some),
            Some("error") => self.text_of(&rule["error"]).map(|text| Some(Resolved::Error(text))),
            Some("tree") => self.deeper(|scope| {
                let rules = rule["rules"].as_array().ok_or(FAILED)?;
                // Having come here, there is no way back to the rules behind.
                let ended = scope.rules(rules)?;
                ended.map(Some).ok_or(Code::SDKUTILS_ENDPOINTS_RULESET_EXHAUSTED)
            }),
            _ => Err(FAILED),
        }
    }

    fn endpoint(&mut self, endpoint: &Value) -> Result<Resolved, Code> {
        let url = self.text_of(&endpoint["url"])?;
        let properties = match &endpoint["properties"] {
            Value::Null => String::new(),
            properties => self.filled_in(properties)?.to_string(),
        };
        Ok(Resolved::Endpoint { url, properties })
    }

    /// The same document, with what its texts refer to filled in.
    fn filled_in(&mut self, document: &Value) -> Result<Value, Code> {
        self.deeper(|scope| {
            Ok(match document {
                Value::String(template) => Value::String(scope.template(template)?),
                Value::Array(items) => {
                    let items: Result<_, Code> =
                        items.iter().map(|item| scope.filled_in(item)).collect();
                    Value::Array(items?)
                }
                Value::Object(members) => {
                    let member = |(name, value): (&String, &Value)| {
                        Ok((name.clone(), scope.filled_in(value)?))
                    };
                    let members: Result<Map<_, _>, Code> = members.iter().map(member).collect();
                    Value::Object(members?)
                }
                plain => plain.clone(),
            })
        })
    }

    fn text_of(&mut self, argument: &Value) -> Result<String, Code> {
        match self.value(argument)? {
            Value::String(text) => Ok(text),
            _ => Err(FAILED),
        }
    }

    /// What an argument stands for; null where that is not set.
    fn value(&mut self, argument: &Value) -> Result<Value, Code> {
        match argument {
            Value::String(template) => self.template(template).map(Value::String),
            Value::Object(members) if members.contains_key("fn") => self.call(argument),
            Value::Object(members) => {
                let name = members.get("ref").and_then(Value::as_str).ok_or(FAILED)?;
                Ok(self.known(name).cloned().unwrap_or(Value::Null))
            }
            plain => Ok(plain.clone()),
        }
    }

    fn call(&mut self, call: &Value) -> Result<Value, Code> {
        let name = call["fn"].as_str().ok_or(FAILED)?;
        let arguments = call["argv"].as_array().ok_or(FAILED)?;
        let values: Result<Vec<Value>, Code> = self.deeper(|scope| {
            arguments.iter().map(|argument| scope.value(argument)).collect::<Result<_, _>>()
        });
        functions::call(name, &values?, self.partitions).ok_or(FAILED)
    }

    fn known(&self, name: &str) -> Option<&Value> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// `{name}` and `{name#attribute}` stand for values, `{{` and `}}` for themselves.
    fn template(&self, template: &str) -> Result<String, Code> {
        let mut text = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            text += &rest[..at];
            let (brace, behind) = rest[at..].split_at(1);
            if let Some(behind) = behind.strip_prefix(brace) {
                text += brace;
                rest = behind;
                continue;
            }
            let (name, behind) = behind.split_once('}').filter(|_| brace == "{").ok_or(FAILED)?;
            let value = match name.split_once('#') {
                None => self.known(name).cloned(),
                Some((name, path)) => self.known(name).map(|value| attribute(value, path)),
            };
            match value {
                Some(Value::String(value)) => text += &value,
                Some(Value::Bool(value)) => text += if value { "true" } else { "false" },
                _ => return Err(FAILED),
            }
            rest = behind;
        }
        Ok(text + rest)
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Code>) -> Result<T, Code> {
        if self.depth == MOST_DEPTH {
            return Err(FAILED);
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(rules: &str, given: &[(&str, Value)]) -> Result<Resolved, Code> {
        let parameters =
            r#"{"A":{"type":"string"},"B":{"type":"boolean","required":true,"default":false}}"#;
        let document =
            format!(r#"{{"version":"1.0","parameters":{parameters},"rules":[{rules}]}}"#);
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let partitions = r#"{"version":"1.1","partitions":[]}"#;
        let partitions = Partitions::read(partitions.as_bytes())?;
        Rules::read(document.as_bytes())?.resolve(&partitions, &given.collect())
    }

    #[test]
    fn templates_and_properties() {
        let rules = r#"{"type":"endpoint","conditions":[{"fn":"isSet","argv":[{"ref":"A"}]},
            {"fn":"parseURL","argv":["https://h.example/p"],"assign":"url"}],
            "endpoint":{"url":"{url#scheme}://{A}.{{x}}{url#path}",
            "properties":{"z":[{"a":"{A}","b":true,"c":7}],"y":"n"}}},
            {"type":"error","conditions":[],"error":"no {B}"}"#;
        let text = |text: &str| Value::String(text.to_owned());
        assert_eq!(
            resolve(rules, &[("A", text("a")), ("C", text("unknown"))]),
            Ok(Resolved::Endpoint {
                url: "https://a.{x}/p".into(),
                properties: r#"{"y":"n","z":[{"a":"a","b":true,"c":7}]}"#.into(),
            })
        );
        assert_eq!(resolve(rules, &[]), Ok(Resolved::Error("no false".into())));
    }

    #[test]
    fn a_tree_has_the_last_word() {
        let tree = r#"{"type":"tree","conditions":[],"rules":[{"type":"error","error":"e",
            "conditions":[{"fn":"booleanEquals","argv":[{"ref":"B"},true]}]}]},
            {"type":"error","conditions":[],"error":"behind"}"#;
        let exhausted = Code::SDKUTILS_ENDPOINTS_RULESET_EXHAUSTED;
        assert_eq!(resolve(tree, &[]), Err(exhausted));
        assert_eq!(resolve(tree, &[("B", Value::Bool(true))]), Ok(Resolved::Error("e".into())));
    }

    #[test]
    fn documents_that_are_none() {
        let error = |text: &str| format!(r#"{{"type":"error","conditions":[],"error":"{text}"}}"#);
        for broken in ["{", "}", "{C}", "{A#b"] {
            assert_eq!(resolve(&error(broken), &[]), Err(FAILED), "{broken}");
        }
        let unknown = r#"{"type":"error","error":"e","conditions":[{"fn":"other","argv":[]}]}"#;
        assert_eq!(resolve(unknown, &[]), Err(FAILED));
        let nested = format!(
            "{}{}",
            r#"{"type":"tree","conditions":[],"rules":["#.repeat(70),
            "]}".repeat(70)
        );
        assert!(resolve(&nested, &[]).is_err());
        for (document, code) in [
            ("", Code::SDKUTILS_ENDPOINTS_PARSE_FAILED),
            (r#"{"version":"2.0"}"#, Code::SDKUTILS_ENDPOINTS_UNSUPPORTED_RULESET),
            (r#"{"version":"1.0"}"#, Code::SDKUTILS_ENDPOINTS_PARSE_FAILED),
            (
                r#"{"version":"1.0","parameters":{},"rules":[]}"#,
                Code::SDKUTILS_ENDPOINTS_EMPTY_RULESET,
            ),
        ] {
            assert_eq!(Rules::read(document.as_bytes()).err(), Some(code), "{document}");
        }
    }
}
