//! How a server tells that it is ready, and when it ends: a test that dies must not leave servers behind.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};

/// Ends servers that nobody stopped.
const LONGEST_LIFE: Duration = Duration::from_secs(2 * 60 * 60);

/// Prints one line of JSON, and writes it to a file that appears all at once.
pub fn announce(facts: &Value, file: Option<&Path>) -> std::io::Result<()> {
    println!("{facts}");
    let Some(file) = file else { return Ok(()) };
    let unfinished = file.with_extension("unfinished");
    std::fs::write(&unfinished, format!("{facts}\n"))?;
    std::fs::rename(&unfinished, file)
}

/// Returns when standard input closes (unless `detached`), on SIGTERM or SIGINT, or after two hours.
pub async fn until_the_end(detached: bool) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let input_closes = async {
        if detached {
            return std::future::pending().await;
        }
        let mut ignored = [0; 64];
        while matches!(tokio::io::stdin().read(&mut ignored).await, Ok(1..)) {}
    };
    tokio::select! {
        () = input_closes => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = tokio::time::sleep(LONGEST_LIFE) => {}
    }
    Ok(())
}
