//! C types of `aws/s3/private/s3_paginator.h`: lists that come in pages.

use core::marker::{PhantomData, PhantomPinned};

/// A list that is asked for page by page, each by one meta request.
///
/// Counted with `aws_s3_paginator_acquire` and `aws_s3_paginator_release`. Usable from any thread.
pub struct aws_s3_paginator {
    _private: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}
