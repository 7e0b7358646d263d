//! Walking a document without building a tree.

use bytes::Bytes;
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

/// Deepest nesting that is followed. S3's answers need five levels.
const DEPTH_LIMIT: usize = 16;

/// An element that has just been closed.
pub(super) struct Closed<'a> {
    path: &'a [Open],
}

struct Open {
    /// Without its prefix, which does not change what the element is.
    name: Vec<u8>,
    has_prefix: bool,
    /// May be a secret.
    text: Zeroizing<Vec<u8>>,
}

/// Why a document was not read to the end of its root element.
#[derive(Debug)]
pub(super) enum Unread {
    /// It has another root element, or is something else altogether.
    Other,
    /// There is no root element, although there may be one if something follows.
    NoRoot,
    /// Its root element does not end, or goes on as something that is not XML.
    Broken(Box<dyn std::error::Error + Send + Sync>),
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

    /// The element's own text, with what entities and CDATA sections stand for.
    pub fn text(&self) -> &[u8] {
        self.path.last().map_or(&[], |open| &open.text)
    }

    /// Whether a name on the way from the root down to this element has a prefix.
    pub fn has_prefix(&self) -> bool {
        self.path.iter().any(|open| open.has_prefix)
    }
}

impl From<Unread> for Error {
    fn from(unread: Unread) -> Self {
        let invalid = Self::new(Code::INVALID_XML);
        match unread {
            Unread::Other => invalid.because("another root element"),
            Unread::NoRoot => invalid.because("no element"),
            Unread::Broken(reason) => invalid.because(reason),
        }
    }
}

/// Reads a document with this root element and shows every element as it closes, innermost first, also those of a
/// document that turns out to be broken behind them.
///
/// Whatever stands before the first `<` is skipped, and reading ends with the root.
pub(super) fn read(
    document: &[u8],
    root: &str,
    mut on_close: impl FnMut(&Closed<'_>),
) -> Result<(), Unread> {
    let Some(start) = document.iter().position(|byte| *byte == b'<') else {
        return Err(if is_blank(document) { Unread::NoRoot } else { Unread::Other });
    };
    let mut reader = Reader::from_reader(&document[start..]);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;

    let mut path: Vec<Open> = Vec::with_capacity(DEPTH_LIMIT);
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) | Err(_) if path.is_empty() => return Err(Unread::NoRoot),
            event => event.map_err(|error| Unread::Broken(error.into()))?,
        };
        match event {
            Event::Start(element) => {
                let name = element.local_name().into_inner();
                if path.is_empty() && !name.eq_ignore_ascii_case(root.as_bytes()) {
                    return Err(Unread::Other);
                }
                if path.len() == DEPTH_LIMIT {
                    return Err(Unread::Broken("nested too deeply".into()));
                }
                let has_prefix = name.len() < element.name().into_inner().len();
                path.push(Open { name: name.to_vec(), has_prefix, text: Zeroizing::default() });
            }
            Event::End(_) => {
                on_close(&Closed { path: &path });
                path.pop();
                if path.is_empty() {
                    return Ok(());
                }
            }
            Event::Text(text) => append(&mut path, &text),
            // An entity arrives apart from the text around it, without its delimiters.
            Event::GeneralRef(entity) => append_entity(&mut path, &entity),
            Event::CData(data) => append(&mut path, &data),
            Event::Eof => return Err(Unread::Broken("the document ends early".into())),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

fn append(path: &mut [Open], text: &[u8]) {
    if let Some(open) = path.last_mut() {
        open.text.extend_from_slice(text);
    }
}

/// What an entity stands for; one that nobody knows stays as it is.
fn append_entity(path: &mut [Open], entity: &BytesRef<'_>) {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return append(path, character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    match std::str::from_utf8(entity).ok().and_then(resolve_xml_entity) {
        Some(text) => append(path, text.as_bytes()),
        None => [&b"&"[..], entity, b";"].iter().for_each(|piece| append(path, piece)),
    }
}

/// Whether there is nothing but blanks, behind a mark of the byte order if there is one.
fn is_blank(document: &[u8]) -> bool {
    let text = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    text.trim_ascii().is_empty()
}

/// Text of the first element at this path.
pub(super) fn first_text(document: &[u8], path: &[&str]) -> Result<Option<Bytes>, Unread> {
    let mut found = None;
    read(document, path.first().copied().unwrap_or_default(), |closed| {
        if found.is_none() && closed.is(path) {
            found = Some(Bytes::copy_from_slice(closed.text()));
        }
    })?;
    Ok(found)
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
            "<s:A xmlns:s='u'><s:B>x</s:B></s:A>",
            "<s:a xmlns:s='u' xmlns='v'><B>x</B></s:a>",
            "<A xmlns='u' t=\"'>'\"><B\nxml:lang='en'>x</B ></A\n>",
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
    fn text_is_what_entities_and_sections_stand_for() {
        let table: [(&[u8], &[u8]); 9] = [
            (b" a&amp;b &#34;c ", b" a&b \"c "),
            (b"&quot;a&lt;b&gt;&amp;&apos;&#x41;&#65;&quot;", b"\"a<b>&'AA\""),
            (b"a & b", b"a & b"),
            (b"1<![CDATA[<&amp;>]]>2", b"1<&amp;>2"),
            (b"&amp;amp;", b"&amp;"),
            (b"&unknown; &#xD800; &amp;", b"&unknown; &#xD800; &"),
            (b"\xff&amp;", b"\xff&"),
            (b"x<!-- y -->z<C>no</C>", b"xz"),
            (b"&#228;", "\u{e4}".as_bytes()),
        ];
        for (written, meant) in table {
            let document = [b"<A><B>", written, b"</B></A>"].concat();
            let found = first_text(&document, &["A", "B"]).unwrap().unwrap();
            assert_eq!(found, meant, "{}", String::from_utf8_lossy(written));
        }
        assert_eq!(text("<A><B/></A>").as_deref(), Some(""));
        assert_eq!(text("<A></A>"), None);
    }

    #[test]
    fn why_a_document_is_not_read() {
        let why = |document: &str| match read(document.as_bytes(), "A", |_| {}) {
            Ok(()) => "read",
            Err(Unread::Other) => "other",
            Err(Unread::NoRoot) => "no root",
            Err(Unread::Broken(_)) => "broken",
        };
        let table: [(&str, &[&str]); 4] = [
            ("read", &["<A/>", "<A></A>", "<A></A><A>", "x<s:a s='<'></s:a>"]),
            ("other", &["OK", "{}", "<html><br>", "<x:B/>", "<?xml version='1.0'?><AB></AB>"]),
            (
                "no root",
                &["", " \r\n\t", "\u{feff} ", "<", "<A", "<?xml version='1.0'?>\n", "</A>"],
            ),
            ("broken", &["<A>", "<A><B></A>", "<x:A>", "<A><!--</A>", "<A><B></B></A"]),
        ];
        for (expected, documents) in table {
            for document in documents {
                assert_eq!(why(document), expected, "{document:?}");
            }
        }
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
            prop_assert_eq!(found, value.as_bytes());
        }
    }
}
