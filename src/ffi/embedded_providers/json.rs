//! As much JSON as answers with credentials need: one value out of a document, and texts for one.

/// Objects and arrays within each other.
const MOST_DEPTH: usize = 32;

/// The text or number that stands under these names. None when it is not there, or the document is malformed.
pub fn find(document: &[u8], path: &[&str]) -> Option<String> {
    let mut reader = Reader { rest: document, found: None };
    reader.value(Some(path), 0)?;
    reader.blanks();
    if reader.rest.is_empty() { reader.found } else { None }
}

/// A text with its quotes.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\0'..='\x1f' => quoted += &format!("\\u{:04x}", u32::from(letter)),
            _ => quoted.push(letter),
        }
    }
    quoted + "\""
}

struct Reader<'a> {
    rest: &'a [u8],
    found: Option<String>,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.blanks();
        (self.next()? == byte).then_some(())
    }

    /// Reads a value; `wanted` is the way from it to the one that is looked for, None when it is not in here.
    fn value(&mut self, wanted: Option<&[&str]>, depth: usize) -> Option<()> {
        self.blanks();
        let text = match *self.rest.first()? {
            b'{' => return self.members(b'}', wanted, depth),
            b'[' => return self.members(b']', None, depth),
            b'"' => self.text()?,
            _ => {
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                let len = self.rest.iter().take_while(|byte| is_part(byte)).count();
                let (word, rest) = self.rest.split_at(len);
                self.rest = rest;
                let is_word = matches!(word, b"true" | b"false" | b"null");
                let word = std::str::from_utf8(word).ok()?;
                if !is_word {
                    word.parse::<f64>().ok()?;
                }
                word.to_owned()
            }
        };
        if wanted.is_some_and(<[&str]>::is_empty) {
            self.found = Some(text);
        }
        Some(())
    }

    fn members(&mut self, end: u8, wanted: Option<&[&str]>, depth: usize) -> Option<()> {
        if depth == MOST_DEPTH {
            return None;
        }
        self.next()?;
        self.blanks();
        if self.rest.first() == Some(&end) {
            self.rest = &self.rest[1..];
            return Some(());
        }
        loop {
            let mut below = None;
            if end == b'}' {
                self.blanks();
                let name = self.text()?;
                self.expect(b':')?;
                let way = wanted.and_then(<[&str]>::split_first);
                below = way.filter(|(first, _)| **first == name).map(|(_, rest)| rest);
            }
            self.value(below, depth + 1)?;
            self.blanks();
            match self.next()? {
                b',' => {}
                byte if byte == end => return Some(()),
                _ => return None,
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        loop {
            match self.next()? {
                b'"' => return String::from_utf8(text).ok(),
                b'\\' => {
                    let letter = match self.next()? {
                        byte @ (b'"' | b'\\' | b'/') => char::from(byte),
                        b'b' => '\x08',
                        b'f' => '\x0c',
                        b'n' => '\n',
                        b'r' => '\r',
                        b't' => '\t',
                        b'u' => self.escaped()?,
                        _ => return None,
                    };
                    text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                }
                0..=0x1f => return None,
                byte => text.push(byte),
            }
        }
    }

    /// A letter by its number, or by two that make one.
    fn escaped(&mut self) -> Option<char> {
        let mut unit = || {
            let (digits, rest) = self.rest.split_at_checked(4)?;
            self.rest = rest;
            u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        };
        let first = unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first.into());
        }
        self.rest = self.rest.strip_prefix(b"\\u")?;
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        let second = u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        char::decode_utf16([first, second]).next()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_where_they_are_looked_for() {
        let document =
            br#" {"x": [1, {"a": {"b": "no"}}, []], "a": {"c": {}, "b": "y\u00e9\n\ud83d\ude00s"},
            "n": {"e": 1.5E3, "t": true}, "b": "top"} "#;
        for (path, value) in [
            (&["a", "b"][..], Some("y\u{e9}\n\u{1f600}s")),
            (&["b"], Some("top")),
            (&["n", "e"], Some("1.5E3")),
            (&["a"], None),
            (&["a", "b", "c"], None),
            (&["x", "a", "b"], None),
        ] {
            assert_eq!(find(document, path).as_deref(), value, "{path:?}");
        }
    }

    #[test]
    fn broken_documents_have_no_values() {
        for document in [
            "",
            "{",
            "{\"a\":\"b\"",
            "{\"a\":\"b\"}x",
            "{\"a\":\"b\",}",
            "{\"a\" \"b\"}",
            "{\"a\":\"b\\q\"}",
            "{\"a\":\"\\ud800x\"}",
            "{\"a\":\"b\",\"c\":nul}",
            "{\"a\":\"b\nc\"}",
            "<a>b</a>",
        ] {
            assert_eq!(find(document.as_bytes(), &["a"]), None, "{document}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(find(deep.as_bytes(), &["a"]), None);
    }

    #[test]
    fn texts_survive_the_round_trip() {
        let text = "a\"b\\c\n\u{1}\u{e9}";
        assert_eq!(find(quoted(text).as_bytes(), &[]).as_deref(), Some(text));
    }
}
