//! The part of aws-c-io that programs around S3 touch: streams, futures, event loops, host resolution, bootstraps,
//! retry strategies and TLS options.
//!
//! No socket is opened here. An event loop runs the tasks of callers and the timers of retry strategies, nothing
//! else; TLS objects only remember what was asked, for the network room to read through `crt::tls`.

mod async_stream;
mod block;
mod bootstrap;
mod cpu_group;
mod error_table;
mod event_loop;
mod event_loop_group;
mod future;
mod future_types;
mod input_stream;
mod library;
mod link;
mod loop_queue;
mod resolver;
mod retry;
mod socket;
mod stream_sources;
mod tls_connection;
mod tls_context;
mod tls_options;
mod tls_unsupported;
