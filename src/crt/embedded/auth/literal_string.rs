//! Strings that are constants of the C headers.

use crate::crt::sys::aws_allocator;

/// An `aws_string` with its text, which nobody frees.
#[repr(C)]
pub(super) struct LiteralString<const N: usize> {
    allocator: *mut aws_allocator,
    len: usize,
    bytes: [u8; N],
}

impl<const N: usize> LiteralString<N> {
    /// The last byte is the zero behind the text.
    pub(super) const fn new(text: &'static str) -> Self {
        let (mut bytes, text) = ([0; N], text.as_bytes());
        assert!(text.len() + 1 == N);
        let mut index = 0;
        while index < text.len() {
            bytes[index] = text[index];
            index += 1;
        }
        Self { allocator: core::ptr::null_mut(), len: N - 1, bytes }
    }
}

/// `extern const struct aws_string *NAME`, for each.
macro_rules! string_constants {
    ($($name:ident = $text:literal;)+) => {$(
        #[unsafe(no_mangle)]
        pub(super) static $name: $crate::crt::embedded::published::Constant<
            *const $crate::crt::sys::aws_string,
        > = {
            use $crate::crt::embedded::published::Constant;
            type Literal = super::literal_string::LiteralString<{ $text.len() + 1 }>;
            static TEXT: Constant<Literal> = Constant(Literal::new($text));
            Constant((&raw const TEXT.0).cast())
        };
    )+};
}

pub(super) use string_constants;
