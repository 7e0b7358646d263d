//! Whether an answer is the document that a success consists of.
//!
//! S3 answers 200 before it has done what takes long, so that the status alone says nothing: the document does.

use super::document::{Unread, read};
use super::without_quotes;

/// What a document has to be.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub root: &'static str,
    /// Paths, from the root on, of elements that must not be empty; quotes around nothing are nothing.
    pub needed: &'static [&'static [&'static str]],
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What it has to be.
    Whole,
    /// The beginning of that, or nothing: the rest got lost.
    CutOff,
    /// Something else, or without an element that is needed.
    Other,
}

/// Compares a document with the form that it should have. Of elements that repeat, the first one counts.
pub fn answer(document: &[u8], form: &Form) -> Answer {
    let mut filled = vec![None; form.needed.len()];
    let ended = read(document, form.root, |closed| {
        if let Some(place) = form.needed.iter().position(|path| closed.is(path)) {
            let is_empty = without_quotes(closed.text().trim_ascii()).is_empty();
            filled[place].get_or_insert(!is_empty);
        }
    });
    match ended {
        Ok(()) if filled.iter().all(|filled| *filled == Some(true)) => Answer::Whole,
        Ok(()) | Err(Unread::Other) => Answer::Other,
        Err(Unread::NoRoot | Unread::Broken(_)) => Answer::CutOff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Form = Form { root: "R", needed: &[&["R", "E"], &["R", "D", "F"]] };

    #[test]
    fn answers() {
        let table: [(Answer, &[&str]); 3] = [
            (
                Answer::Whole,
                &[
                    "<R><E>e</E><D><F>f</F></D></R>",
                    " \n<?xml version='1.0'?><!-- R --><r xmlns='u'><D a='b'><f>f</f></D><e>&quot;</e></r>\n",
                    "\u{feff}<s:R xmlns:s='u'><s:D><s:F>f</s:F></s:D><s:E><![CDATA[e]]></s:E></s:R>",
                ],
            ),
            (
                Answer::CutOff,
                &[
                    "",
                    " \n ",
                    "<",
                    "<?xml version='1.0'?>",
                    "<R",
                    "<R><E>e</E><D><F>f</F></D>",
                    "<R><E>e</E><D><F>f</F></D></R",
                    "<R><E>e</D></R>",
                ],
            ),
            (
                Answer::Other,
                &[
                    "OK",
                    "<html><body>Gateway Timeout</body></html>",
                    "<!DOCTYPE html><html><br>",
                    "<Error><Code>",
                    "<X><R><E>e</E><D><F>f</F></D></R></X>",
                    "<R/>",
                    "<R><E>e</E></R>",
                    "<R><E> </E><D><F>f</F></D></R>",
                    "<R><E>&quot;&quot;</E><D><F>f</F></D></R>",
                    "<R><E/><E>e</E><D><F>f</F></D></R>",
                    "<R><E>e</E><F>f</F></R>",
                ],
            ),
        ];
        for (expected, documents) in table {
            for document in documents {
                assert_eq!(answer(document.as_bytes(), &FORM), expected, "{document:?}");
            }
        }
    }
}
