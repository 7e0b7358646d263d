//! Servers on the loopback interface for the tests of the library: an S3 server that keeps objects in a directory,
//! a scripted one that misbehaves as told and remembers every byte it was sent, one that misbehaves at random, a
//! synthetic one for benchmarks, and TLS in front of another server. The binary `s3-test-server` runs any of them.

pub mod certificate;
pub mod chaos;
pub mod content;
pub mod front;
pub mod lifetime;
pub mod objects;
pub mod s3;
pub mod script;
pub mod scripted;
pub mod synthetic;
