//! What aws-c-auth offers to a program of the S3 library: credentials and providers of them.
//!
//! A provider is the public struct of the C headers, so that programs can bring their own; ours are
//! made by [`provider::make`] around a [`provider::Kind`]. Sources on disk and in the network are
//! read by the `aws-config` crate, on a thread of the provider's own. Signing by hand is not
//! offered: the S3 client signs its requests itself.

mod cached;
mod chain;
mod courier;
mod credentials;
mod default_chain;
mod fixed;
mod library;
mod profile;
mod provider;
mod signing;
mod source;
