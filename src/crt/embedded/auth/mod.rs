//! What aws-c-auth offers to a program of the S3 library: credentials and providers of them.
//!
//! A provider is the public struct of the C headers, so that programs can bring their own; ours are
//! made by [`provider::make`] around a [`provider::Kind`]. Sources on disk and in the network are
//! read by the `aws-config` crate, on a thread of the provider's own. Requests that a program signs
//! by hand are signed in `src/ffi`, above the library's own signer.

mod cached;
mod chain;
mod courier;
mod credentials;
mod default_chain;
mod fixed;
mod library;
mod literal_string;
mod profile;
mod provider;
mod signable;
mod signing;
mod signing_result;
mod source;
