//! What ListObjectsV2 is asked.

use bytes::Bytes;

use super::derived::query_value;

/// Which objects of a bucket are listed; empty is not said.
pub struct Listing {
    pub prefix: Bytes,
    pub delimiter: Bytes,
}

impl Listing {
    /// Path and query of the page that begins at `token`, the first page without one.
    pub fn target(&self, token: Option<&[u8]>) -> String {
        let mut target = String::from("/?list-type=2");
        if !self.prefix.is_empty() {
            target += "&prefix=";
            target += &query_value(&self.prefix);
        }
        if !self.delimiter.is_empty() {
            target += "&delimiter=";
            // The usual one is sent as it is, as a query may have it.
            target += &query_value(&self.delimiter).replace("%2F", "/");
        }
        if let Some(token) = token {
            target += "&continuation-token=";
            target += &query_value(token);
        }
        target
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries() {
        let target = |prefix: &'static str, delimiter: &'static str, token: Option<&str>| {
            let listing = Listing { prefix: prefix.into(), delimiter: delimiter.into() };
            listing.target(token.map(str::as_bytes))
        };
        assert_eq!(target("", "", None), "/?list-type=2");
        assert_eq!(
            target("a b/\u{e4}&=", "/", None),
            "/?list-type=2&prefix=a%20b%2F%C3%A4%26%3D&delimiter=/"
        );
        assert_eq!(
            target("", "&", Some("1/a+b==")),
            "/?list-type=2&delimiter=%26&continuation-token=1%2Fa%2Bb%3D%3D"
        );
    }
}
