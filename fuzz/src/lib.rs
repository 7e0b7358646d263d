//! What the fuzz targets run: the library's own sources, and what must hold whatever bytes they are given.
//!
//! The rooms that read what servers write do no I/O and stand on low floors, so they compile here by themselves: a
//! target is built in seconds, without TLS, signing or a runtime.

#[path = "../../src"]
#[allow(dead_code, unused_imports, reason = "only what reads is used")]
mod rooms {
    pub mod backoff;
    pub mod error;
    pub mod xml;

    pub mod net {
        mod content;
        pub mod decode;
        mod flow;
        mod head;
        mod headers;

        pub mod exchange {
            pub mod receiver;
        }

        pub use flow::Incoming;
        pub use head::{RequestHead, ResponseHead};
        pub use headers::Headers;
    }

    pub mod checksum {
        mod algorithm;
        mod response;
        mod selection;

        pub use algorithm::{Algorithm, PRIORITY};
        pub use response::{of_body, of_object};
        pub use selection::Selection;
    }

    pub mod request {
        pub mod failure;
        mod kind;
        mod version;

        pub use failure::parse_content_range;
        pub use kind::RequestKind;
        pub use version::Version;
    }

    pub mod operation {
        pub mod described;
        pub mod etag;
        pub mod plan;
        pub mod range;
        pub mod spread;
    }
}

use rooms::{backoff, error, net, request, xml};

pub mod documents;
pub mod fields;
pub mod memory;
pub mod responses;
