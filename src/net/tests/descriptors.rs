//! What is done where the process has no descriptor for another connection, and how a new one is had instead of a used
//! one.

use std::collections::VecDeque;

use super::server::ok;
use super::*;

/// Has an address each time, or no descriptor to ask for it with. Beyond what is scripted there is none.
#[derive(Default)]
struct Scarce {
    script: crate::sync::Mutex<VecDeque<bool>>,
    asked: std::sync::atomic::AtomicUsize,
}

impl Scarce {
    fn scripted(&self, outcomes: impl IntoIterator<Item = bool>) {
        self.script.lock().extend(outcomes);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolve for Scarce {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let outcome = self.script.lock().pop_front().unwrap_or(false);
        Box::pin(async move {
            match outcome {
                true => Ok(vec![Ipv4Addr::LOCALHOST.into()]),
                false => Err(Code::MAX_FDS_EXCEEDED.into()),
            }
        })
    }

    fn failed(&self, host: &str, _: IpAddr) {
        panic!("no address of {host} is to blame");
    }
}

/// Connections of which so many can be made, and who counts how often that was tried.
fn scarce(outcomes: impl IntoIterator<Item = bool>) -> (Arc<Connections>, Arc<Scarce>) {
    let resolver = Arc::new(Scarce::default());
    resolver.scripted(outcomes);
    (connections(Config::new(resolver.clone())), resolver)
}

fn named(host: &str, port: u16) -> Arc<Origin> {
    Arc::new(Origin { tls: false, host: host.into(), port })
}

async fn is_pending<F: Future + Unpin>(waiting: &mut F) -> bool {
    timeout(Duration::from_millis(30), waiting).await.is_err()
}

async fn id_after_use(lease: &mut Lease) -> u64 {
    assert_eq!(soon(get(lease)).await.unwrap().body(), b"x");
    lease.id()
}

#[tokio::test]
async fn who_cannot_make_one_waits_for_one_in_use() {
    let server = Server::answering(ok(b"x"));
    let (connections, resolver) = scarce([true, true]);
    let origin = named("a.test", server.port);
    let mut first = soon(connections.acquire(&origin)).await.unwrap();
    let _second = soon(connections.acquire(&origin)).await.unwrap();
    let mut third = Box::pin(connections.acquire(&origin));
    let mut fourth = Box::pin(connections.acquire(&origin));
    assert!(is_pending(&mut third).await && is_pending(&mut fourth).await);
    assert_eq!(connections.numbers(&origin), Numbers { available: 0, pending: 2, leased: 2 });
    let id = id_after_use(&mut first).await;
    drop(first);
    assert_eq!(soon(third).await.unwrap().id(), id);
    assert_eq!(soon(fourth).await.unwrap().id(), id);
    assert_eq!((server.accepts(2).await, resolver.asked()), (2, 4), "each tried once");
    assert_eq!(connections.numbers(&origin).available, 1);
}

#[tokio::test]
async fn where_there_is_none_at_all_everybody_is_told() {
    let (connections, resolver) = scarce([]);
    let origin = named("a.test", 1);
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let (connections, origin) = (Arc::clone(&connections), Arc::clone(&origin));
        asking.spawn(async move { connections.acquire(&origin).await.err().map(|it| it.code()) });
    }
    for ended in soon(asking.join_all()).await {
        assert_eq!(ended, Some(Code::MAX_FDS_EXCEEDED));
    }
    assert_eq!(connections.numbers(&origin), Numbers::default());
    assert!(resolver.asked() <= 10, "{}", resolver.asked());
}

#[tokio::test]
async fn the_last_one_in_use_may_end_badly() {
    let server = Server::answering(ok(b"x"));
    let (connections, _) = scarce([true]);
    let origin = named("a.test", server.port);
    let mut only = soon(connections.acquire(&origin)).await.unwrap();
    let mut waiting = Box::pin(connections.acquire(&origin));
    let mut behind = Box::pin(connections.acquire(&origin));
    assert!(is_pending(&mut waiting).await && is_pending(&mut behind).await);
    only.close();
    drop(only);
    for waiting in [waiting, behind] {
        assert_eq!(soon(waiting).await.err().unwrap().code(), Code::MAX_FDS_EXCEEDED);
    }
    assert_eq!(connections.numbers(&origin), Numbers::default());
}

#[tokio::test]
async fn descriptors_of_other_origins_serve_as_well() {
    let server = Server::answering(ok(b"x"));
    let (connections, resolver) = scarce([true, false]);
    let (a, b) = (named("a.test", server.port), named("b.test", server.port));
    // One in use makes way when it has ended.
    let mut lease = soon(connections.acquire(&a)).await.unwrap();
    id_after_use(&mut lease).await;
    let mut waiting = Box::pin(connections.acquire(&b));
    assert!(is_pending(&mut waiting).await);
    resolver.scripted([true]);
    drop(lease);
    assert_eq!(connections.numbers(&a), Numbers::default());
    let mut lease = soon(waiting).await.unwrap();
    id_after_use(&mut lease).await;
    drop(lease);
    assert_eq!(connections.numbers(&b).available, 1);
    // An idle one at once.
    resolver.scripted([false, true]);
    let lease = soon(connections.acquire(&a)).await.unwrap();
    assert_eq!(connections.numbers(&b).available, 0);
    assert_eq!((lease.stream_id(), server.accepts(3).await), (0, 3));
}

#[tokio::test]
async fn who_gives_up_while_it_waits_is_passed_over() {
    let server = Server::answering(ok(b"x"));
    let (connections, resolver) = scarce([true]);
    let (a, b) = (named("a.test", server.port), named("b.test", server.port));
    let lease = soon(connections.acquire(&a)).await.unwrap();
    let mut gone = Box::pin(connections.acquire(&b));
    let mut next = Box::pin(connections.acquire(&b));
    assert!(is_pending(&mut gone).await && is_pending(&mut next).await);
    drop(gone);
    resolver.scripted([true]);
    drop(lease);
    assert_eq!(soon(next).await.unwrap().origin(), &b);
    assert_eq!(connections.numbers(&b).available, 1);
}

#[tokio::test]
async fn an_unused_one_takes_the_place_of_a_used_one() {
    let server = Server::answering(ok(b"x"));
    let connections = connections(Config { max_connections: 1, ..config() });
    let origin = origin(server.port);
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    let used = id_after_use(&mut lease).await;
    drop(lease);
    let mut lease = soon(connections.acquire_unused(&origin)).await.unwrap();
    assert_eq!((lease.stream_id(), server.accepts(2).await), (0, 2), "the idle one made way");
    assert_ne!(id_after_use(&mut lease).await, used);
    let mut waiting = Box::pin(connections.acquire_unused(&origin));
    assert!(is_pending(&mut waiting).await);
    drop(lease);
    assert_eq!(soon(waiting).await.unwrap().stream_id(), 0, "as did the one that was handed on");
    assert_eq!(server.accepts(3).await, 3);
}
