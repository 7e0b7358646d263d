//! `s3-test-server`: a server for tests, until standard input closes or a signal ends it.

use std::path::PathBuf;

use aws_c_s3_test_support::certificate::{Clients, Failure};
use aws_c_s3_test_support::{chaos, front, lifetime, s3, script, scripted, synthetic};
use clap::{Args, Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Loopback servers for tests; prints one line of JSON when ready")]
struct CommandLine {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    /// An S3 server that keeps objects in a directory.
    S3 {
        /// Directory of the objects.
        #[arg(long)]
        root: PathBuf,
        /// Serve HTTPS as well, with certificates written here.
        #[arg(long)]
        tls_dir: Option<PathBuf>,
        #[arg(long, default_value = "bucket")]
        bucket: String,
        #[arg(long, default_value = "AKIDTEST")]
        access_key: String,
        #[arg(long, default_value = "secrettest")]
        secret_key: String,
        #[command(flatten)]
        life: Life,
    },
    /// A server that answers as a script says.
    Scripted {
        /// The script, see src/script.rs.
        #[arg(long)]
        script: PathBuf,
        /// Where every request is written, byte by byte.
        #[arg(long)]
        log: PathBuf,
        #[command(flatten)]
        life: Life,
    },
    /// A server that costs little and stores nothing, for benchmarks.
    Synthetic {
        /// Serve HTTPS as well, with certificates written here.
        #[arg(long)]
        tls_dir: Option<PathBuf>,
        /// Milliseconds between a request and its reply.
        #[arg(long, default_value_t = 0)]
        first_byte_ms: u64,
        /// 10^6 bytes that a connection moves in a second at most.
        #[arg(long)]
        connection_mb: Option<u32>,
        #[command(flatten)]
        life: Life,
    },
    /// A server whose faults follow from the keys of objects.
    Chaos {
        /// Where certificates are written.
        #[arg(long)]
        tls_dir: PathBuf,
        #[command(flatten)]
        life: Life,
    },
    /// TLS in front of another server of this machine.
    Front {
        /// The port of that server.
        #[arg(long)]
        to: u16,
        /// Where certificates are written.
        #[arg(long)]
        tls_dir: PathBuf,
        /// Talk to clients with a certificate only, and write one there too.
        #[arg(long)]
        certified_clients: bool,
        #[command(flatten)]
        life: Life,
    },
}

#[derive(Args)]
struct Life {
    /// File that appears when the server is ready, with the line that is printed.
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// Stay when standard input closes.
    #[arg(long)]
    detached: bool,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (facts, life) = match CommandLine::parse().kind {
        Kind::S3 { root, tls_dir, bucket, access_key, secret_key, life } => {
            let options = s3::Options { root, tls_dir, bucket, access_key, secret_key };
            (s3::start(options).await?, life)
        }
        Kind::Scripted { script, log, life } => {
            let script = script::Script::read(&script)?;
            (scripted::start(script, &log).await?, life)
        }
        Kind::Synthetic { tls_dir, first_byte_ms, connection_mb, life } => {
            let options = synthetic::Options { tls_dir, first_byte_ms, connection_mb };
            (synthetic::start(options)?, life)
        }
        Kind::Chaos { tls_dir, life } => (chaos::start(&tls_dir).await?, life),
        Kind::Front { to, tls_dir, certified_clients, life } => {
            let clients = if certified_clients { Clients::Certified } else { Clients::All };
            (front::start(to, &tls_dir, clients).await?, life)
        }
    };
    lifetime::announce(&facts, life.ready_file.as_deref())?;
    lifetime::until_the_end(life.detached).await?;
    // Whatever still runs is of no interest to anybody.
    std::process::exit(0)
}
