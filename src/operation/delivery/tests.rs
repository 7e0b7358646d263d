//! Turns at the queue: what happens when a callback never comes back, and what the end waits for.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::*;
use crate::body::{FileSinkOptions, RecvMode};
use crate::crt::Relief;
use crate::operation::{Finish, ResumeToken, Review};
use crate::request::RequestKind;

const PATIENCE: Duration = Duration::from_secs(10);

/// Says what it is called with, and at last that it is let go.
struct Caller {
    seen: Mutex<Sender<String>>,
    /// What happens at the body that begins at this byte.
    at: Option<u64>,
    then: fn() -> Result<()>,
}

impl Caller {
    fn say(&self, what: String) {
        self.seen.lock().send(what).unwrap();
    }
}

impl Callbacks for Caller {
    fn wants(&self) -> Wants {
        Wants { body: BodyCallback::Plain, progress: true, telemetry: true, ..Wants::default() }
    }
    fn headers(&self, _: &[(Bytes, Bytes)], _: u16) -> Result<()> {
        Ok(())
    }
    fn body(&self, bytes: &[u8], range_start: u64, _: Option<&crate::pool::Ticket>) -> Result<()> {
        self.say(format!("body {range_start}+{}", bytes.len()));
        if self.at == Some(range_start) { (self.then)() } else { Ok(()) }
    }
    fn progress(&self, bytes_transferred: u64, _: u64) {
        self.say(format!("progress {bytes_transferred}"));
    }
    fn telemetry(&self, metrics: Metrics) {
        self.say(format!("record {}", metrics.part_number));
    }
    fn review(&self, _: &Review<'_>) -> Result<()> {
        Ok(())
    }
    fn full_object_checksum(&self) -> Result<Bytes> {
        Ok(Bytes::new())
    }
    fn error_token(&self, _: Option<ResumeToken>, _: Code) {}
    fn received_into_buffer(&self, _: u64) {}
    fn finish(&self, _: &Finish) {}
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.say("gone".to_owned());
    }
}

struct Scene {
    delivery: Delivery,
    stop: Stop,
    seen: Receiver<String>,
    /// What the meta request ends early with, when both parts wait for their callbacks.
    meanwhile: Option<Code>,
}

impl Scene {
    fn new(at: Option<u64>, then: fn() -> Result<()>) -> Self {
        let (sender, seen) = channel();
        let relief = Relief { patience: Duration::from_millis(10), most: 3 };
        let crew = || Arc::new(Crew::new(1, "Test", relief).unwrap());
        let stop = Stop::default();
        let caller = Arc::new(Caller { seen: Mutex::new(sender), at, then });
        let window = Arc::new(Window::endless());
        let (crew, files, clock) = (crew(), crew(), Clock::system());
        let delivery = Delivery::new(crew, files, caller, stop.clone(), window, clock);
        Self { delivery, stop, seen, meanwhile: None }
    }

    /// Two parts of ten bytes, and the end; the progress of a third comes after an early end.
    fn play(self, last: fn(&dyn Callbacks)) -> (Vec<String>, Option<Code>) {
        let (release, held) = channel::<()>();
        self.delivery.call(move |_| held.recv_timeout(PATIENCE).unwrap());
        for part in [1, 2] {
            self.delivery.progress(u64::from(part), 2);
            self.delivery.body(payload(part));
        }
        if let Some(code) = self.meanwhile {
            self.stop.set(Severity::Failure, code.into());
            self.delivery.progress(3, 3);
        }
        self.delivery.end(last);
        release.send(()).unwrap();
        let mut all = Vec::new();
        while all.last().is_none_or(|it| it != "gone") {
            all.push(self.seen.recv_timeout(PATIENCE).expect("an end"));
        }
        (all, self.stop.result().map(Error::code))
    }
}

fn payload(part: u32) -> Payload {
    let mut metrics = Metrics::new(RequestKind::GetObject, "GetObject".into(), 0);
    metrics.part_number = part;
    let offset = u64::from(part - 1) * 10;
    let content = Content::Heap(Bytes::from_static(b"0123456789"));
    let metrics = Record::of(metrics);
    Payload { content, range_start: offset, offset, metrics, arrived: None }
}

fn to_callback(scene: &Scene) {
    scene.delivery.aim(Target::Callback { limited: false }, None);
}

#[test]
fn everything_in_its_order() {
    let scene = Scene::new(None, || Ok(()));
    to_callback(&scene);
    let (seen, result) = scene.play(|_| ());
    let expected =
        ["progress 1", "body 0+10", "record 1", "progress 2", "body 10+10", "record 2", "gone"];
    assert_eq!((&seen[..], result), (&expected.map(str::to_owned)[..], None));
}

#[test]
fn what_is_gathered_comes_with_the_end_in_one_turn() {
    let scene = Scene::new(None, || Ok(()));
    to_callback(&scene);
    scene.delivery.gather();
    scene.delivery.progress(1, 1);
    scene.delivery.body(payload(1));
    scene.delivery.kick();
    let (pass, passed) = channel();
    let shared = &scene.delivery.shared;
    // Behind any turn that there may be.
    shared.crew.post(shared.thread, move || pass.send(()).unwrap());
    passed.recv_timeout(PATIENCE).unwrap();
    assert!(scene.seen.try_recv().is_err(), "somebody was told before the end");
    scene.delivery.end(|_| ());
    let seen = || scene.seen.recv_timeout(PATIENCE).unwrap();
    assert_eq!([(); 4].map(|()| seen()), ["progress 1", "body 0+10", "record 1", "gone"]);
}

#[test]
fn what_was_there_before_an_early_end() {
    let records = ["record 1", "record 2"];
    for (code, expected) in [
        (Code::OOM, vec!["progress 1", records[0], "progress 2", records[1]]),
        (Code::S3_CANCELED, records.to_vec()),
        (
            Code::S3_PAUSED,
            vec![
                "progress 1",
                "body 0+10",
                records[0],
                "progress 2",
                "body 10+10",
                records[1],
                "progress 3",
            ],
        ),
    ] {
        let mut scene = Scene::new(None, || Ok(()));
        to_callback(&scene);
        scene.meanwhile = Some(code);
        let (seen, _) = scene.play(|_| ());
        assert_eq!(seen[..seen.len() - 1], expected, "{code:?}");
    }
}

#[test]
fn a_callback_that_fails_is_followed_by_records_and_the_end() {
    let scene = Scene::new(Some(0), || Err(Code::OOM.into()));
    to_callback(&scene);
    let (seen, result) = scene.play(|_| ());
    assert_eq!(seen, ["progress 1", "body 0+10", "record 1", "record 2", "gone"]);
    assert_eq!(result, Some(Code::OOM));
}

#[test]
fn a_callback_that_never_comes_back_does_not_stop_the_queue() {
    let scene = Scene::new(Some(0), || panic!("expected by the test"));
    to_callback(&scene);
    let (seen, result) = scene.play(|_| ());
    assert_eq!(seen, ["progress 1", "body 0+10", "record 2", "gone"]);
    assert_eq!(result, Some(Code::S3_INTERNAL_ERROR));

    let scene = Scene::new(None, || Ok(()));
    to_callback(&scene);
    let (seen, _) = scene.play(|_| panic!("expected by the test"));
    assert_eq!(seen.last().map(String::as_str), Some("gone"), "let go all the same");
}

#[test]
fn the_end_waits_for_writes_on_other_threads() {
    let name = format!("aws-c-s3-delivery-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let sink = FileSink::create(&FileSinkOptions {
        path: path.clone(),
        mode: RecvMode::CreateOrReplace,
        ..FileSinkOptions::default()
    });
    let scene = Scene::new(None, || Ok(()));
    scene.delivery.aim(Target::ParallelFile(Arc::new(sink.unwrap())), None);
    let delivery = scene.delivery.clone();
    let (seen, result) = scene.play(|_| ());
    let records = seen.iter().filter(|it| it.starts_with("record")).count();
    assert_eq!((records, result), (2, None));
    assert_eq!(delivery.taken(|taken| taken.parts), 2);
    assert_eq!(std::fs::read(&path).unwrap(), b"01234567890123456789");
    std::fs::remove_file(&path).unwrap();
}

/// A read that blocks until it is told, and says when it was let go.
struct Blocked(Sender<()>);

fn begin_blocked_read(scene: &Scene) -> (Blocked, Receiver<()>) {
    let (release, held) = channel::<()>();
    let (begun, begins) = channel();
    let (said, over) = channel();
    scene.delivery.read(move || {
        begun.send(()).unwrap();
        let _ = held.recv_timeout(PATIENCE);
        said.send(()).unwrap();
    });
    begins.recv_timeout(PATIENCE).unwrap();
    (Blocked(release), over)
}

#[test]
fn an_early_end_does_not_wait_for_a_read_that_blocks_and_the_caller_is_kept() {
    for kicks in [true, false] {
        let scene = Scene::new(None, || Ok(()));
        to_callback(&scene);
        let (Blocked(release), over) = begin_blocked_read(&scene);
        scene.stop.set(Severity::Interrupt, Code::S3_CANCELED.into());
        if kicks {
            scene.delivery.kick();
        }
        let (sender, ended) = channel();
        scene.delivery.end(move |_| sender.send(()).unwrap());
        ended.recv_timeout(PATIENCE).expect("an end beside the read");
        assert!(over.try_recv().is_err() && scene.seen.try_recv().is_err());
        release.send(()).unwrap();
        assert_eq!(scene.seen.recv_timeout(PATIENCE).as_deref(), Ok("gone"));
        over.try_recv().expect("let go behind the read");
    }
}

#[test]
fn without_a_result_everything_waits_for_a_read() {
    let scene = Scene::new(None, || Ok(()));
    to_callback(&scene);
    let (Blocked(release), over) = begin_blocked_read(&scene);
    scene.delivery.progress(1, 1);
    scene.delivery.kick();
    assert!(scene.seen.recv_timeout(Duration::from_millis(100)).is_err());
    release.send(()).unwrap();
    assert_eq!(scene.seen.recv_timeout(PATIENCE).as_deref(), Ok("progress 1"));
    over.try_recv().unwrap();
    scene.delivery.end(|_| ());
    assert_eq!(scene.seen.recv_timeout(PATIENCE).as_deref(), Ok("gone"));
}

#[test]
fn an_early_end_waits_for_a_callback_that_blocks() {
    let scene = Scene::new(None, || Ok(()));
    let (release, held) = channel::<()>();
    scene.delivery.call(move |_| held.recv_timeout(PATIENCE).unwrap());
    scene.stop.set(Severity::Interrupt, Code::S3_CANCELED.into());
    scene.delivery.kick();
    scene.delivery.end(|_| ());
    assert!(scene.seen.recv_timeout(Duration::from_millis(100)).is_err());
    release.send(()).unwrap();
    assert_eq!(scene.seen.recv_timeout(PATIENCE).as_deref(), Ok("gone"));
}

#[test]
fn a_read_that_returns_at_once_loses_no_turn() {
    let scene = Scene::new(None, || Ok(()));
    let numbers = Arc::new(Mutex::new(Vec::new()));
    scene.stop.set(Severity::Interrupt, Code::S3_CANCELED.into());
    for number in 0..500 {
        let numbers = numbers.clone();
        scene.delivery.read(move || numbers.lock().push(number));
        scene.delivery.kick();
    }
    scene.delivery.end(|_| ());
    assert_eq!(scene.seen.recv_timeout(PATIENCE).as_deref(), Ok("gone"));
    assert!(numbers.lock().iter().copied().eq(0..500));
}

#[test]
fn who_is_held_hears_of_the_end_and_is_given_up_later() {
    let scene = Scene::new(None, || Ok(()));
    let hold = scene.delivery.hold();
    let (sender, ended) = channel();
    scene.delivery.end(move |_| sender.send(()).unwrap());
    ended.recv_timeout(PATIENCE).unwrap();
    assert!(scene.seen.recv_timeout(Duration::from_millis(50)).is_err());
    drop(hold);
    assert_eq!(scene.seen.recv_timeout(PATIENCE).as_deref(), Ok("gone"));
}

#[test]
fn a_read_that_comes_back_late_takes_no_further_step() {
    let scene = Scene::new(None, || Ok(()));
    let (Blocked(release), over) = begin_blocked_read(&scene);
    scene.stop.set(Severity::Interrupt, Code::S3_CANCELED.into());
    let (begun, begins) = channel();
    let (go_on, held) = channel::<()>();
    let (sender, next) = channel();
    scene.delivery.call(move |_| {
        begun.send(()).unwrap();
        held.recv_timeout(PATIENCE).unwrap();
    });
    scene.delivery.call(move |_| sender.send(()).unwrap());
    scene.delivery.end(|_| ());
    begins.recv_timeout(PATIENCE).unwrap();
    release.send(()).unwrap();
    over.recv_timeout(PATIENCE).unwrap();
    assert!(next.recv_timeout(Duration::from_millis(50)).is_err(), "beside a callback");
    go_on.send(()).unwrap();
    next.recv_timeout(PATIENCE).unwrap();
    assert_eq!(scene.seen.recv_timeout(PATIENCE).as_deref(), Ok("gone"));
}
