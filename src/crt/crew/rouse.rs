//! Threads of a crew that are woken a little later, several at a time.
//!
//! A network thread that has a whole batch of answers would wake who delivers them with the first, and where there are
//! few processors be held up by that one for each of the others. So it notes who sleeps, and wakes them when the tasks
//! that are ready on it have had their turn.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use crate::sync::Mutex;

use super::Shared;

/// Sleepers by their lanes; `None` when they have been woken.
type Noted = Arc<Mutex<Option<Vec<(Arc<Shared>, usize)>>>>;

thread_local! {
    /// Those that were noted last on this thread.
    static LAST: RefCell<Noted> = RefCell::default();
}

/// A task behind those that are ready. However it ends, and wherever, nobody sleeps on.
struct Rouse(Noted);

/// Wakes the sleeper of a lane when the turn of this thread is over; at once where threads have no turns.
pub(super) fn soon(shared: &Arc<Shared>, index: usize) {
    let Ok(runtime) = Handle::try_current() else { return shared.lanes[index].wake() };
    let sleeper = (shared.clone(), index);
    let noted = LAST.with_borrow(Noted::clone);
    if let Some(noted) = &mut *noted.lock() {
        noted.push(sleeper);
        return;
    }
    let noted = Noted::new(Mutex::new(Some(vec![sleeper])));
    LAST.replace(noted.clone());
    drop(runtime.spawn(Rouse(noted)));
}

impl Future for Rouse {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Drop for Rouse {
    fn drop(&mut self) {
        let noted = self.0.lock().take();
        for (shared, index) in noted.into_iter().flatten() {
            shared.lanes[index].wake();
        }
    }
}
