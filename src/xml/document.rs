//! Walking a document without building a tree.

use bytes::Bytes;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::error::{Code, Error, Result};

/// Deepest nesting that is followed. S3's answers need five levels.
const DEPTH_LIMIT: usize = 16;

/// An element that has just been closed.
pub(super) struct Closed<'a> {
    path: &'a [Open],
}

struct Open {
    name: Vec<u8>,
    text: Vec<u8>,
}

impl Closed<'_> {
    /// Whether the names from the root down to this element are these.
    pub fn is(&self, names: &[&str]) -> bool {
        self.path.len() == names.len()
            && self
                .path
                .iter()
                .zip(names)
                .all(|(open, name)| open.name.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// Name of the element when it is a child of the element with this path.
    pub fn child_of(&self, parents: &[&str]) -> Option<&[u8]> {
        let (last, path) = self.path.split_last()?;
        Closed { path }.is(parents).then_some(&last.name[..])
    }

    /// The element's own text as it stands in the document: entities are not replaced.
    pub fn text(&self) -> &[u8] {
        self.path.last().map_or(&[], |open| &open.text)
    }
}

/// Reads a document with this root element and shows every element as it closes, innermost first.
///
/// Whatever stands before the first `<` is skipped, and reading ends with the root. `INVALID_XML` when the document is
/// malformed, ends early, nests too deeply or has another root.
pub(super) fn read(
    document: &[u8],
    root: &str,
    mut on_close: impl FnMut(&Closed<'_>),
) -> Result<()> {
    let start =
        document.iter().position(|byte| *byte == b'<').ok_or_else(|| invalid("no element"))?;
    let mut reader = Reader::from_reader(&document[start..]);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;

    let mut path: Vec<Open> = Vec::with_capacity(DEPTH_LIMIT);
    loop {
        match reader.read_event().map_err(invalid)? {
            Event::Start(element) => {
                let name = element.name().into_inner().to_vec();
                if path.is_empty() && !name.eq_ignore_ascii_case(root.as_bytes()) {
                    return Err(invalid("another root element"));
                }
                if path.len() == DEPTH_LIMIT {
                    return Err(invalid("nested too deeply"));
                }
                path.push(Open { name, text: Vec::new() });
            }
            Event::End(_) => {
                on_close(&Closed { path: &path });
                path.pop();
                if path.is_empty() {
                    return Ok(());
                }
            }
            Event::Text(text) => append(&mut path, &[&text]),
            // An entity arrives apart from the text around it, without its delimiters.
            Event::GeneralRef(name) => append(&mut path, &[b"&", &name, b";"]),
            Event::CData(data) => append(&mut path, &[data.escape().map_err(invalid)?.as_ref()]),
            Event::Eof => return Err(invalid("the document ends early")),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

fn append(path: &mut [Open], pieces: &[&[u8]]) {
    if let Some(open) = path.last_mut() {
        pieces.iter().for_each(|piece| open.text.extend_from_slice(piece));
    }
}

fn invalid(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Code::INVALID_XML).because(reason)
}

/// Text of the first element at this path.
pub(super) fn first_text(document: &[u8], path: &[&str]) -> Result<Option<Bytes>> {
    let mut found = None;
    read(document, path.first().copied().unwrap_or_default(), |closed| {
        if found.is_none() && closed.is(path) {
            found = Some(Bytes::copy_from_slice(closed.text()));
        }
    })?;
    Ok(found)
}

/// Replaces entities; text in which that is impossible stays as it is.
pub(super) fn unescaped(text: &[u8]) -> Bytes {
    let replaced =
        std::str::from_utf8(text).ok().and_then(|text| quick_xml::escape::unescape(text).ok());
    match replaced {
        Some(replaced) => Bytes::copy_from_slice(replaced.as_bytes()),
        None => Bytes::copy_from_slice(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(document: &str) -> Option<String> {
        let found = first_text(document.as_bytes(), &["A", "B"]).ok()??;
        Some(String::from_utf8(found.to_vec()).unwrap())
    }

    #[test]
    fn what_is_skipped() {
        for document in [
            "<A><B>x</B></A>",
            "junk & more <a><b>x</b></a> trailing <junk",
            "\u{feff}<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ELEMENT b ANY>]><!-- <A> --><A xmlns='u'>\n <B y=\"1\">x</B></A>",
            "<A><!-- <B>no</B> --><![CDATA[<B>no</B>]]><?pi <B>no</B> ?><B>x</B></A>",
            "<A><C><B>no</B></C><B>x</B><B>no</B></A>",
        ] {
            assert_eq!(text(document).as_deref(), Some("x"), "{document}");
        }
    }

    #[test]
    fn what_is_not_xml() {
        for document in [
            "",
            "plain text",
            "<",
            "<A>",
            "<A><B>x</B>",
            "<A><B>x</B></C>",
            "<A><B>x</A></B>",
            "<A><!-- never closed <B>x</B></A>",
            "<A><![CDATA[ <B>x</B></A>",
            "<A><?pi <B>x</B></A>",
            "</A>",
            "<X><A><B>x</B></A></X>",
        ] {
            assert!(first_text(document.as_bytes(), &["A", "B"]).is_err(), "{document}");
        }
    }

    #[test]
    fn text_as_it_stands() {
        assert_eq!(text("<A><B> a&amp;b &#34;c </B></A>").as_deref(), Some(" a&amp;b &#34;c "));
        assert_eq!(text("<A><B>a & b</B></A>").as_deref(), Some("a & b"));
        assert_eq!(text("<A><B>1<![CDATA[<&>]]>2</B></A>").as_deref(), Some("1&lt;&amp;&gt;2"));
        assert_eq!(text("<A><B/></A>").as_deref(), Some(""));
        assert_eq!(text("<A></A>"), None);
    }

    #[test]
    fn entities() {
        assert_eq!(unescaped(b"&quot;a&lt;b&gt;&amp;&apos;&#x41;&#65;&quot;"), "\"a<b>&'AA\"");
        assert_eq!(unescaped(b"&unknown; &amp;"), "&unknown; &amp;");
        assert_eq!(unescaped(b"\xff&amp;"), &b"\xff&amp;"[..]);
    }

    #[test]
    fn depth() {
        let nested = |levels: usize| format!("{}{}", "<A>".repeat(levels), "</A>".repeat(levels));
        assert!(read(nested(DEPTH_LIMIT).as_bytes(), "A", |_| {}).is_ok());
        assert!(read(nested(DEPTH_LIMIT + 1).as_bytes(), "A", |_| {}).is_err());
        assert!(read("<A>".repeat(1_000_000).as_bytes(), "A", |_| {}).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(document: Vec<u8>) {
            let _ = first_text(&document, &["A", "B"]);
            let _ = unescaped(&document);
        }

        #[test]
        fn almost_xml_is_survived(pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<A>", "</A>", "<B>", "</B>", "<B/>", "x", "&", "&amp;", ";", "<!--", "-->", "<![CDATA[", "]]>",
                "<?", "?>", "<!DOCTYPE", "<", ">", "'", "\"", "=", " ", "/",
            ]),
            0..40,
        )) {
            let _ = first_text(pieces.concat().as_bytes(), &["A", "B"]);
        }

        #[test]
        fn written_text_is_read_back(value in "[ -~]{0,40}") {
            let document = format!("<A><B>{}</B></A>", quick_xml::escape::escape(&value));
            let found = first_text(document.as_bytes(), &["A", "B"]).unwrap().unwrap();
            prop_assert_eq!(unescaped(&found), value.as_bytes());
        }
    }
}
