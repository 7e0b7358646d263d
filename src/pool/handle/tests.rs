//! Pools of another make: slots that are missing, answers that come late, wrong or not at all.

use std::future::Future;
use std::pin::{Pin, pin};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use bytes::BufMut;

use crate::crt::Allocator;
use crate::crt::sys::{aws_atomic_var, aws_byte_buf, aws_ref_count};
use crate::pool::future::Registration;

use super::*;

/// A pool that answers when it is told to, with tickets that count themselves.
#[repr(C)]
struct Foreign {
    base: aws_s3_buffer_pool,
    vtable: aws_s3_buffer_pool_vtable,
    ticket_vtable: aws_s3_buffer_ticket_vtable,
    asked: Mutex<Vec<TicketFuture>>,
    references: AtomicUsize,
    live_tickets: AtomicUsize,
}

#[repr(C)]
struct ForeignTicket {
    base: aws_s3_buffer_ticket,
    pool: *const Foreign,
    memory: Box<[u8]>,
}

unsafe extern "C" fn reserve(
    pool: *mut aws_s3_buffer_pool,
    _meta: aws_s3_buffer_pool_reserve_meta,
) -> *mut aws_future_s3_buffer_ticket {
    let future = TicketFuture::new(Allocator::default());
    // SAFETY: the tests keep the pool.
    let pool = unsafe { &*pool.cast::<Foreign>() };
    pool.asked.lock().unwrap().push(future.clone());
    future.into_raw()
}

unsafe extern "C" fn reserve_nothing(
    _pool: *mut aws_s3_buffer_pool,
    _meta: aws_s3_buffer_pool_reserve_meta,
) -> *mut aws_future_s3_buffer_ticket {
    ptr::null_mut()
}

unsafe extern "C" fn acquire(pool: *mut aws_s3_buffer_pool) -> *mut aws_s3_buffer_pool {
    // SAFETY: the tests keep the pool.
    unsafe { &*pool.cast::<Foreign>() }.references.fetch_add(1, Ordering::Relaxed);
    ptr::null_mut()
}

unsafe extern "C" fn release(pool: *mut aws_s3_buffer_pool) -> *mut aws_s3_buffer_pool {
    // SAFETY: the tests keep the pool.
    unsafe { &*pool.cast::<Foreign>() }.references.fetch_sub(1, Ordering::Relaxed);
    ptr::null_mut()
}

unsafe extern "C" fn claim(ticket: *mut aws_s3_buffer_ticket) -> aws_byte_buf {
    // SAFETY: only tickets of these tests come here.
    let memory = unsafe { &mut (*ticket.cast::<ForeignTicket>()).memory };
    let buffer = if memory.is_empty() { ptr::null_mut() } else { memory.as_mut_ptr() };
    aws_byte_buf { len: 0, buffer, capacity: memory.len(), allocator: ptr::null_mut() }
}

unsafe extern "C" fn end_ticket(ticket: *mut aws_s3_buffer_ticket) -> *mut aws_s3_buffer_ticket {
    // SAFETY: made from a box; the tests never take a second reference.
    let ticket = unsafe { Box::from_raw(ticket.cast::<ForeignTicket>()) };
    // SAFETY: the tests keep the pool.
    unsafe { &*ticket.pool }.live_tickets.fetch_sub(1, Ordering::Relaxed);
    ptr::null_mut()
}

fn no_count() -> aws_ref_count {
    let ref_count = aws_atomic_var { value: ptr::null_mut() };
    aws_ref_count { ref_count, object: ptr::null_mut(), on_zero_fn: None }
}

impl Foreign {
    fn new() -> Box<Self> {
        let vtable = aws_s3_buffer_pool_vtable {
            reserve: Some(reserve),
            trim: None,
            add_special_size: None,
            release_special_size: None,
            derive_aligned_buffer_size: None,
            acquire: Some(acquire),
            release: Some(release),
            add_preallocated_buffer: None,
            remove_preallocated_buffer: None,
        };
        let ticket_vtable = aws_s3_buffer_ticket_vtable {
            claim: Some(claim),
            acquire: None,
            release: Some(end_ticket),
        };
        let base = aws_s3_buffer_pool {
            vtable: ptr::null_mut(),
            ref_count: no_count(),
            r#impl: ptr::null_mut(),
        };
        let mut pool = Box::new(Self {
            base,
            vtable,
            ticket_vtable,
            asked: Mutex::default(),
            references: AtomicUsize::new(1),
            live_tickets: AtomicUsize::new(0),
        });
        pool.base.vtable = &raw mut pool.vtable;
        pool
    }

    fn handle(&mut self) -> Pool {
        // SAFETY: the tests drop the handle before the pool.
        unsafe { Pool::adopt(ptr::from_mut(self).cast()) }.unwrap()
    }

    fn ticket(&self, size: usize) -> TicketRef {
        self.live_tickets.fetch_add(1, Ordering::Relaxed);
        let base = aws_s3_buffer_ticket {
            vtable: (&raw const self.ticket_vtable).cast_mut(),
            ref_count: no_count(),
            r#impl: ptr::null_mut(),
        };
        let ticket = ForeignTicket { base, pool: self, memory: vec![0; size].into() };
        // SAFETY: a new ticket with its one reference.
        unsafe { TicketRef::adopt(Box::into_raw(Box::new(ticket)).cast()) }.unwrap()
    }

    fn answer(&self, outcome: Result<Option<TicketRef>, Code>) {
        let future = self.asked.lock().unwrap().remove(0);
        future.complete(outcome);
    }

    fn live(&self) -> usize {
        self.live_tickets.load(Ordering::Relaxed)
    }
}

fn reservation(size: usize) -> Reservation {
    let (client, meta_request) = (ptr::null_mut(), ptr::null_mut());
    Reservation { client, meta_request, size, can_block: false, local_offset: 0 }
}

fn poll(pending: Pin<&mut Pending>) -> Poll<Result<Ticket>> {
    pending.poll(&mut Context::from_waker(Waker::noop()))
}

fn failed(outcome: Poll<Result<Ticket>>) -> Code {
    let Poll::Ready(Err(error)) = outcome else { panic!("{outcome:?}") };
    error.code()
}

#[test]
fn missing_slots_mean_what_the_header_says() {
    let mut foreign = Foreign::new();
    let pool = foreign.handle();
    pool.trim();
    pool.add_special_size(5).unwrap();
    pool.release_special_size(5);
    assert_eq!(pool.align(12_345), 12_345);
    pool.remove_preallocated(ptr::null_mut());
    let mut lent =
        aws_byte_buf { len: 0, buffer: ptr::null_mut(), capacity: 0, allocator: ptr::null_mut() };
    // SAFETY: a local that outlives its use.
    let buffer = unsafe { CallerBuffer::from_raw(&raw mut lent) }.unwrap();
    let error = pool.add_preallocated(ptr::null_mut(), buffer).unwrap_err();
    assert_eq!(error.code(), Code::UNSUPPORTED_OPERATION);

    let another = pool.clone();
    drop(pool);
    drop(another);
    assert_eq!(foreign.references.load(Ordering::Relaxed), 0);
}

unsafe extern "C" fn add_preallocated(
    _pool: *mut aws_s3_buffer_pool,
    _meta_request: *mut aws_s3_meta_request,
    buffer: *mut aws_byte_buf,
) -> c_int {
    // SAFETY: the tests keep the buffer.
    if unsafe { (*buffer).capacity } > 0 {
        return 0;
    }
    crate::crt::raise(Code::NO_SPACE);
    -1
}

unsafe extern "C" fn remove_preallocated(
    pool: *mut aws_s3_buffer_pool,
    _meta_request: *mut aws_s3_meta_request,
) {
    // SAFETY: the tests keep the pool.
    unsafe { &*pool.cast::<Foreign>() }.live_tickets.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn buffers_are_lent_only_to_pools_that_give_them_back() {
    let mut foreign = Foreign::new();
    let pool = foreign.handle();
    let lend = |pool: &Pool, capacity| {
        let (buffer, allocator) = (ptr::null_mut(), ptr::null_mut());
        let mut lent = aws_byte_buf { len: 0, buffer, capacity, allocator };
        // SAFETY: a local that outlives its use.
        let buffer = unsafe { CallerBuffer::from_raw(&raw mut lent) }.unwrap();
        pool.add_preallocated(ptr::null_mut(), buffer).map_err(|error| error.code())
    };
    foreign.vtable.add_preallocated_buffer = Some(add_preallocated);
    assert_eq!(lend(&pool, 1), Err(Code::UNSUPPORTED_OPERATION));
    foreign.vtable.remove_preallocated_buffer = Some(remove_preallocated);
    assert_eq!(lend(&pool, 1), Ok(()));
    assert_eq!(lend(&pool, 0), Err(Code::NO_SPACE));
    assert_eq!(foreign.live(), 0, "taken back by nobody");
    pool.remove_preallocated(ptr::null_mut());
    assert_eq!(foreign.live(), 1);
}

struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_late_answer_wakes_the_one_who_waits() {
    let mut foreign = Foreign::new();
    let pool = foreign.handle();
    let woken = Arc::new(Woken(AtomicUsize::new(0)));
    let mut pending = pin!(pool.reserve(reservation(100)));
    assert!(poll(pending.as_mut()).is_pending());
    let waker = Waker::from(woken.clone());
    assert!(pending.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    foreign.answer(Ok(Some(foreign.ticket(100))));
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    let Poll::Ready(Ok(ticket)) = poll(pending) else { panic!("no ticket") };
    let mut buffer = ticket.claim(100).unwrap();
    buffer.put_slice(b"data");
    let chunk = buffer.freeze();
    assert_eq!((&*chunk, foreign.live()), (&b"data"[..], 1));
    drop(chunk);
    assert_eq!(foreign.live(), 0);
}

#[test]
fn errors_and_nonsense_become_errors() {
    let mut foreign = Foreign::new();
    let pool = foreign.handle();
    let rows = [
        (Err(Code(4711)), Code(4711)),
        (Err(Code::SUCCESS), Code::UNKNOWN),
        (Ok(None), Code::S3_BUFFER_ALLOCATION_FAILED),
    ];
    for (answer, code) in rows {
        let pending = pin!(pool.reserve(reservation(100)));
        foreign.answer(answer);
        assert_eq!(failed(poll(pending)), code);
    }
    foreign.vtable.reserve = Some(reserve_nothing);
    let code = failed(poll(pin!(pool.reserve(reservation(100)))));
    assert_eq!(code, Code::S3_BUFFER_ALLOCATION_FAILED);
    foreign.vtable.reserve = None;
    let code = failed(poll(pin!(pool.reserve(reservation(100)))));
    assert_eq!(code, Code::S3_BUFFER_ALLOCATION_FAILED);
}

#[test]
fn capacity_is_checked_and_what_is_more_is_left_alone() {
    let foreign = Foreign::new();
    for (given, asked, works) in
        [(100, 100, true), (200, 100, true), (99, 100, false), (0, 1, false)]
    {
        let outcome = Ticket::new(foreign.ticket(given)).claim(asked);
        assert_eq!(outcome.is_ok(), works, "{given} {asked}");
        if let Ok(buffer) = outcome {
            assert_eq!((buffer.capacity(), buffer.remaining_mut()), (asked, asked));
        }
        assert_eq!(foreign.live(), 0, "given back");
    }
}

#[test]
fn tickets_come_back_once_whenever_the_wait_ends() {
    let mut foreign = Foreign::new();
    let pool = foreign.handle();

    // Dropped before the answer.
    drop(pool.reserve(reservation(1)));
    foreign.answer(Ok(Some(foreign.ticket(1))));
    assert_eq!(foreign.live(), 0);

    // Dropped after the answer, while the pool still keeps the future.
    let pending = pool.reserve(reservation(1));
    let kept = foreign.asked.lock().unwrap()[0].clone();
    foreign.answer(Ok(Some(foreign.ticket(1))));
    assert_eq!(foreign.live(), 1);
    drop(pending);
    assert_eq!(foreign.live(), 0);
    assert_eq!(kept.outcome(), Some(Ok(())));

    // Canceled by somebody else before the answer, and after it.
    let pending = pin!(pool.reserve(reservation(1)));
    pending.canceller().cancel(Code::S3_PAUSED);
    foreign.answer(Ok(Some(foreign.ticket(1))));
    assert_eq!((failed(poll(pending)), foreign.live()), (Code::S3_PAUSED, 0));
    let mut pending = pin!(pool.reserve(reservation(1)));
    foreign.answer(Ok(Some(foreign.ticket(1))));
    pending.canceller().cancel(Code::S3_PAUSED);
    let Poll::Ready(Ok(ticket)) = poll(pending.as_mut()) else { panic!("no ticket") };
    drop(ticket);
    assert_eq!(foreign.live(), 0);
}

#[test]
fn a_future_takes_one_callback() {
    let foreign = Foreign::new();
    let future = TicketFuture::new(Allocator::default());
    let called = Arc::new(AtomicUsize::new(0));
    let count = called.clone();
    let inner = future.clone();
    let first = future.register(move || {
        count.fetch_add(1, Ordering::Relaxed);
        drop(inner);
    });
    assert_eq!(first, Registration::Waiting);
    assert_eq!(future.register(|| panic!("second")), Registration::Refused);
    assert!(!future.wait(std::time::Duration::from_millis(1)));
    let ticket = foreign.ticket(1);
    let at = ticket.as_ptr();
    future.complete(Ok(Some(ticket)));
    future.complete(Ok(Some(foreign.ticket(1))));
    assert_eq!((called.load(Ordering::Relaxed), foreign.live()), (1, 1));
    assert!(future.wait(std::time::Duration::ZERO));
    assert_eq!(future.peek(), at);
    drop(future.take());
    assert!(future.peek().is_null() && future.take().is_none());
    assert_eq!((future.outcome(), foreign.live()), (Some(Ok(())), 0));

    let late = TicketFuture::new(Allocator::default());
    late.complete(Ok(Some(foreign.ticket(1))));
    assert_eq!(late.register(|| panic!("complete")), Registration::Complete);
    drop(late);
    assert_eq!(foreign.live(), 0, "unread tickets go back with their future");
}

#[test]
fn buffers_split_and_come_back() {
    let foreign = Foreign::new();
    let buffer = Ticket::new(foreign.ticket(10)).claim(10).unwrap();
    let (mut left, mut right) = buffer.split(4);
    left.put_slice(b"left");
    right.put_slice(b"right");
    assert_eq!((left.remaining_mut(), right.remaining_mut()), (0, 1));
    let (left, right) = (left.freeze(), right.freeze());
    assert_eq!(
        (&*left, &*right.slice(1..99), &*right.slice(9..99)),
        (&b"left"[..], &b"ight"[..], &b""[..])
    );
    let bytes = left.clone().into_bytes();
    assert!(std::ptr::eq(bytes.as_ptr(), left.as_ptr()));
    drop(bytes);
    drop(left);
    assert_eq!(foreign.live(), 1);
    drop(right);
    assert_eq!(foreign.live(), 0);
}

/// What every pool has to do, whoever wrote it. `answer` makes it answer what it was asked so far.
fn conforms(pool: Pool, answer: impl Fn()) {
    let reserve = |size| pool.reserve(reservation(size));
    let ticket = |mut pending: Pin<&mut Pending>| {
        answer();
        let Poll::Ready(Ok(ticket)) = poll(pending.as_mut()) else { panic!("no ticket") };
        ticket
    };

    // Memory of one's own, which nobody else writes to.
    let mut held: Vec<_> = (1..=8_u8)
        .map(|mark| {
            let size = usize::from(mark) * 1000;
            let mut buffer = ticket(pin!(reserve(size))).claim(size).expect("memory");
            buffer.put_bytes(mark, size);
            (mark, buffer.freeze())
        })
        .collect();
    pool.trim();
    for (mark, chunk) in &held {
        assert_eq!(chunk.len(), usize::from(*mark) * 1000);
        assert!(chunk.iter().all(|byte| byte == mark), "written by somebody else");
    }

    // Tickets that nobody claims, and those that nobody waits for any more, before and after the answer.
    drop(ticket(pin!(reserve(5000))));
    drop(reserve(5000));
    let answered = reserve(5000);
    answer();
    drop(answered);
    let canceled = pin!(reserve(5000));
    canceled.canceller().cancel(Code::S3_PAUSED);
    answer();
    if let Poll::Ready(Err(error)) = poll(canceled) {
        assert_eq!(error.code(), Code::S3_PAUSED);
    }

    // Callers that must not be held up, sizes that are announced, sizes that fit.
    let blocking = Reservation { can_block: true, ..reservation(3000) };
    drop(ticket(pin!(pool.reserve(blocking))).claim(3000).expect("memory"));
    pool.add_special_size(40_000).expect("known or not, it is no error");
    held.push((9, ticket(pin!(reserve(40_000))).claim(40_000).expect("memory").freeze()));
    pool.release_special_size(40_000);
    assert!(pool.align(12_345) >= 12_345);

    // What is kept outlives the pool's user.
    drop(pool);
    for (mark, chunk) in held {
        assert!(chunk.iter().all(|byte| *byte == mark), "not there any more");
    }
}

#[test]
fn pools_of_any_make_conform() {
    let config = crate::abi::aws_s3_buffer_pool_config {
        client: ptr::null_mut(),
        part_size: 4096,
        max_part_size: 0,
        memory_limit: 256 << 20,
    };
    let own = crate::pool::default_pool(Allocator::default(), config).expect("valid");
    conforms(own, || {});

    let mut foreign = Foreign::new();
    let pool = foreign.handle();
    let foreign = &*foreign;
    let answer = |backwards: bool| {
        let mut asked = std::mem::take(&mut *foreign.asked.lock().unwrap());
        if backwards {
            asked.reverse();
        }
        for future in asked {
            future.complete(Ok(Some(foreign.ticket(50_000))));
        }
    };
    conforms(pool.clone(), || answer(false));
    conforms(pool, || answer(true));
    assert_eq!(foreign.live(), 0, "given back once each");
}
