//! The header fields of a message: an ordered list in which a name may occur several times.
//!
//! Names keep the case they were given and are compared without regard to it. Messages have few fields, so a list that
//! is searched from the front beats a map.

use bytes::Bytes;

/// Header fields in wire order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<(Bytes, Bytes)>,
}

/// Room for what a message gets on its way: the fields of every request, and those of a signature.
const ROOM: usize = 8;

impl Clone for Headers {
    fn clone(&self) -> Self {
        let mut fields = Vec::with_capacity(self.fields.len() + ROOM);
        fields.extend_from_slice(&self.fields);
        Self { fields }
    }
}

impl Headers {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_capacity(fields: usize) -> Self {
        Self { fields: Vec::with_capacity(fields) }
    }

    /// Appends a field, whether or not the name is there already.
    pub fn push(&mut self, name: impl Into<Bytes>, value: impl Into<Bytes>) {
        self.fields.push((name.into(), value.into()));
    }

    /// Appends a field and drops all earlier ones of that name, as `aws_http_headers_set` does.
    pub fn set(&mut self, name: impl Into<Bytes>, value: impl Into<Bytes>) {
        let name = name.into();
        self.remove(&name);
        self.push(name, value);
    }

    /// Gives the first field of that name a new value where it stands and drops the others; appends when there is none.
    pub fn insert_or_replace(&mut self, name: impl Into<Bytes>, value: impl Into<Bytes>) {
        let name = name.into();
        let Some(first) =
            self.fields.iter().position(|(known, _)| known.eq_ignore_ascii_case(&name))
        else {
            self.push(name, value);
            return;
        };
        self.fields[first].1 = value.into();
        let mut index = 0;
        self.fields.retain(|(known, _)| {
            index += 1;
            index - 1 <= first || !known.eq_ignore_ascii_case(&name)
        });
    }

    /// The value of the first field of that name.
    pub fn value(&self, name: impl AsRef<[u8]>) -> Option<&Bytes> {
        self.values(name).next()
    }

    /// The values of all fields of that name.
    pub fn values(&self, name: impl AsRef<[u8]>) -> impl Iterator<Item = &Bytes> {
        let fields = self.fields.iter();
        fields
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name.as_ref()))
            .map(|(_, value)| value)
    }

    pub fn contains(&self, name: impl AsRef<[u8]>) -> bool {
        self.value(name).is_some()
    }

    /// Drops all fields of that name and says whether there were any.
    pub fn remove(&mut self, name: impl AsRef<[u8]>) -> bool {
        let before = self.fields.len();
        self.fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name.as_ref()));
        self.fields.len() != before
    }

    pub fn iter(&self) -> std::slice::Iter<'_, (Bytes, Bytes)> {
        self.fields.iter()
    }

    pub fn len(&self) -> usize {
        self.fields.len()
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Drops all fields behind the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.fields.truncate(count);
    }

    pub fn clear(&mut self) {
        self.fields.clear();
    }

    pub fn into_pairs(self) -> Vec<(Bytes, Bytes)> {
        self.fields
    }
}

impl From<Vec<(Bytes, Bytes)>> for Headers {
    fn from(fields: Vec<(Bytes, Bytes)>) -> Self {
        Self { fields }
    }
}

impl FromIterator<(Bytes, Bytes)> for Headers {
    fn from_iter<I: IntoIterator<Item = (Bytes, Bytes)>>(fields: I) -> Self {
        Self { fields: fields.into_iter().collect() }
    }
}

impl<'a> IntoIterator for &'a Headers {
    type Item = &'a (Bytes, Bytes);
    type IntoIter = std::slice::Iter<'a, (Bytes, Bytes)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Headers {
    type Item = (Bytes, Bytes);
    type IntoIter = std::vec::IntoIter<(Bytes, Bytes)>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Headers {
        let mut headers = Headers::new();
        headers.push("A", "1");
        headers.push("B", "2");
        headers.push("a", "3");
        headers
    }

    fn text(headers: &Headers) -> String {
        let field = |(name, value): &(Bytes, Bytes)| {
            format!("{}={}", name.escape_ascii(), value.escape_ascii())
        };
        headers.iter().map(field).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn set_moves_the_field_to_the_end() {
        let mut headers = sample();
        headers.set("a", "4");
        assert_eq!(text(&headers), "B=2 a=4");
        headers.set("c", "5");
        assert_eq!(text(&headers), "B=2 a=4 c=5");
    }

    #[test]
    fn insert_or_replace_keeps_the_place() {
        let mut headers = sample();
        headers.insert_or_replace("a", "4");
        assert_eq!(text(&headers), "A=4 B=2");
        headers.insert_or_replace("c", "5");
        assert_eq!(text(&headers), "A=4 B=2 c=5");
    }

    #[test]
    fn names_compare_without_case() {
        let mut headers = sample();
        assert_eq!(headers.value("a").unwrap(), "1");
        assert_eq!(headers.values("A").count(), 2);
        assert!(headers.remove("a"));
        assert!(!headers.remove("a"));
        assert_eq!(headers.value(b"A"), None);
        assert_eq!(headers.len(), 1);
    }
}
