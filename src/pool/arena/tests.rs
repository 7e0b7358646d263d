//! The default pool through its public vtable: placement, limits, waiting, special sizes, lent buffers, lifetimes.

use std::ffi::c_void;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;

use bytes::BufMut;

use crate::crt::sys::{aws_allocator, aws_byte_buf};
use crate::pool::{Buffer, Pending, Reservation, Ticket};

use super::*;

const MIB: usize = 1 << 20;

fn pool(part_mib: usize, limit_mib: usize) -> Pool {
    let config = aws_s3_buffer_pool_config {
        client: std::ptr::null_mut(),
        part_size: part_mib * MIB,
        max_part_size: 0,
        memory_limit: limit_mib * MIB,
    };
    default_pool(Allocator::default(), config).expect("valid")
}

fn reservation(size: usize) -> Reservation {
    let (client, meta_request) = (std::ptr::null_mut(), std::ptr::null_mut());
    Reservation { client, meta_request, size, can_block: false, local_offset: 0 }
}

fn reserve(pool: &Pool, size: usize) -> Pending {
    pool.reserve(reservation(size))
}

fn force(pool: &Pool, size: usize) -> Ticket {
    now(pool.reserve(Reservation { can_block: true, ..reservation(size) })).expect("forced")
}

/// The ticket, which must be there already.
fn now(pending: Pending) -> Result<Ticket> {
    match pin!(pending).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(ticket) => ticket,
        Poll::Pending => panic!("still waits"),
    }
}

fn claimed(pool: &Pool, size: usize) -> Buffer {
    let mut buffer = now(reserve(pool, size)).expect("room").claim(size).expect("memory");
    touch(&mut buffer);
    buffer
}

/// Writes both ends.
fn touch(buffer: &mut Buffer) {
    let size = buffer.capacity();
    assert_eq!((buffer.remaining_mut(), buffer.filled().len()), (size, 0));
    let rest = buffer.chunk_mut();
    assert_eq!(rest.as_mut_ptr().addr() % 4096, 0, "not aligned to pages");
    rest.write_byte(0, 1);
    rest.write_byte(size - 1, 2);
}

/// Allocated, sizes, reserved, used, in MiB.
fn special(pool: &Pool) -> (usize, usize, usize, usize) {
    let usage = usage(pool);
    (
        usage.special_blocks_allocated / MIB,
        usage.special_blocks_num,
        usage.special_blocks_reserved / MIB,
        usage.special_blocks_used / MIB,
    )
}

fn is_unused(pool: &Pool) -> bool {
    let Usage { primary_used, primary_reserved, secondary_used, secondary_reserved, .. } =
        usage(pool);
    let Usage { special_blocks_reserved, special_blocks_used, forced_used, .. } = usage(pool);
    let all = [primary_used, primary_reserved, secondary_used, secondary_reserved];
    all.into_iter()
        .chain([special_blocks_reserved, special_blocks_used, forced_used])
        .all(|n| n == 0)
}

fn threads_take_and_give_back(pool: &Pool, size: usize) {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let buffers: Vec<_> = (0..12).map(|_| claimed(pool, size)).collect();
                drop(buffers);
            });
        }
    });
    assert!(is_unused(pool));
}

#[test]
fn threads_share_blocks() {
    threads_take_and_give_back(&pool(8, 2048), 8 * MIB);
}

#[test]
fn large_parts_need_no_blocks() {
    let pool = pool(65, 2048);
    assert_eq!(usage(&pool).primary_cutoff, 0);
    threads_take_and_give_back(&pool, 8 * MIB);
}

#[test]
fn the_limit_makes_large_ones_wait_and_lets_small_ones_pass() {
    let pool = pool(8, 1024);
    let mut held = vec![claimed(&pool, 64 * MIB)];
    held.extend((0..6).map(|_| claimed(&pool, 128 * MIB)));
    let first = reserve(&pool, 128 * MIB);
    let second = reserve(&pool, 96 * MIB);
    assert!(!first.is_done() && !second.is_done());
    let small = claimed(&pool, 32 * MIB);
    assert_eq!(usage(&pool).primary_allocated, 0);
    drop(small);
    drop(held);
    assert!(first.is_done() && second.is_done());
    drop(first);
    drop(second);
    assert!(is_unused(&pool));
}

#[test]
fn trimming_frees_whole_idle_blocks() {
    let pool = pool(8, 1024);
    let mut held: Vec<_> = (0..40).map(|_| claimed(&pool, 8 * MIB)).collect();
    held.drain(..20);
    assert_eq!(usage(&pool).primary_num_blocks, 3);
    pool.trim();
    let usage = usage(&pool);
    assert_eq!((usage.primary_num_blocks, usage.primary_allocated), (2, 256 * MIB));
}

#[test]
fn whoever_waits_is_served_by_the_release() {
    let pool = pool(8, 1024);
    let mut held: Vec<_> = (0..112).map(|_| claimed(&pool, 8 * MIB)).collect();
    for buffer in &held {
        assert_eq!(storage(buffer.ticket()), Storage::Primary);
    }
    let waiting = reserve(&pool, 8 * MIB);
    assert!(!waiting.is_done());
    held.truncate(111);
    let late = now(waiting).expect("served");
    assert_eq!(storage(&late), Storage::Primary);
}

fn storage(ticket: &Ticket) -> Storage {
    // SAFETY: tickets of the default pool have themselves as `impl`.
    unsafe { storage_of((*ticket.as_ptr()).r#impl) }.expect("from the pool")
}

#[test]
fn one_release_serves_all_that_fit_before_it_returns() {
    let pool = pool(8, 1024);
    let large = claimed(&pool, 32 * MIB);
    let held: Vec<_> = (0..108).map(|_| claimed(&pool, 8 * MIB)).collect();
    let called = Arc::new(AtomicUsize::new(0));
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let future = raw_reserve(&pool, 8 * MIB);
            let called = called.clone();
            future.register(move || {
                called.fetch_add(1, Ordering::Relaxed);
            });
            future
        })
        .collect();
    assert!(waiting.iter().all(|future| !future.is_done()));
    drop(large);
    assert_eq!(called.load(Ordering::Relaxed), 2);
    drop(waiting);
    drop(held);
    assert!(is_unused(&pool));
}

/// A reservation as a C caller makes it.
fn raw_reserve(pool: &Pool, size: usize) -> TicketFuture {
    let Reservation { client, meta_request, can_block, local_offset, .. } = reservation(size);
    let meta =
        aws_s3_buffer_pool_reserve_meta { client, meta_request, size, can_block, local_offset };
    // SAFETY: the pool is alive, and its vtable is that of the default pool.
    let future = unsafe { (*(*pool.as_ptr()).vtable).reserve.expect("slot")(pool.as_ptr(), meta) };
    // SAFETY: the reference is ours.
    unsafe { TicketFuture::adopt(future) }.expect("a future")
}

#[test]
fn a_chain_of_callbacks_that_release_does_not_pile_up() {
    let pool = pool(8, 256);
    let held = claimed(&pool, 128 * MIB);
    let served = Arc::new(AtomicUsize::new(0));
    for _ in 0..100_000 {
        let future = raw_reserve(&pool, 128 * MIB);
        let (inner, served) = (future.clone(), served.clone());
        future.register(move || {
            drop(inner.take().expect("a ticket"));
            served.fetch_add(1, Ordering::Relaxed);
        });
    }
    drop(held);
    assert_eq!(served.load(Ordering::Relaxed), 100_000);
    assert!(is_unused(&pool));
}

#[test]
fn whoever_gave_up_is_passed_over() {
    let pool = pool(8, 1024);
    let mut held: Vec<_> = (0..112).map(|_| claimed(&pool, 8 * MIB)).collect();
    let dropped = reserve(&pool, 8 * MIB);
    let waiting = reserve(&pool, 8 * MIB);
    drop(dropped);
    let failed = reserve(&pool, 8 * MIB);
    failed.canceller().cancel(Code::S3_PAUSED);
    assert_eq!(now(failed).expect_err("canceled").code(), Code::S3_PAUSED);
    held.pop();
    now(waiting).expect("served");
    assert_eq!(usage(&pool).primary_used, 111 * 8 * MIB);
    assert_eq!(usage(&pool).primary_reserved, 0);
}

#[test]
fn the_next_one_is_served_when_the_first_gives_up() {
    let pool = pool(8, 256);
    let held = claimed(&pool, 100 * MIB);
    let mut key = 0_u64;
    let mut part = |size| Reservation { meta_request: (&raw mut key).cast(), ..reservation(size) };
    let head = pool.reserve(part(64 * MIB));
    let next = pool.reserve(part(8 * MIB));
    assert!(!head.is_done() && !next.is_done());
    drop(head);
    now(next).expect("served although nothing came back");
    drop(held);
}

#[test]
fn waiting_ends_with_the_pool() {
    let pool = pool(8, 256);
    let held = claimed(&pool, 128 * MIB);
    let waiting = reserve(&pool, 8 * MIB);
    drop(pool);
    assert_eq!(now(waiting).expect_err("no pool").code(), Code::S3_CANCELED);
    drop(held);
}

#[test]
fn tickets_outlive_the_pool() {
    let pool = pool(8, 256);
    let mut buffer = claimed(&pool, 8 * MIB);
    let unclaimed = now(reserve(&pool, 1000)).expect("room");
    buffer.put_slice(b"still here");
    let chunk = buffer.freeze();
    drop(pool);
    assert_eq!(&*chunk, b"still here");
    let late = unclaimed.claim(1000).expect("memory");
    assert_eq!(late.capacity(), 1000);
}

#[test]
fn forced_buffers_are_granted_at_once_and_counted_when_claimed() {
    let pool = pool(8, 1024);
    let cutoff = usage(&pool).primary_cutoff;
    let ticket = force(&pool, 8 * MIB);
    assert!(is_unused(&pool));
    let buffer = ticket.claim(8 * MIB).expect("memory");
    let Usage { forced_used, primary_used, primary_reserved, .. } = usage(&pool);
    assert_eq!((forced_used, primary_used, primary_reserved), (8 * MIB, 8 * MIB, 0));
    drop(buffer);
    let buffer = force(&pool, cutoff + 1).claim(cutoff + 1).expect("memory");
    let Usage { forced_used, secondary_used, secondary_reserved, .. } = usage(&pool);
    assert_eq!((forced_used, secondary_used, secondary_reserved), (cutoff + 1, cutoff + 1, 0));
    drop(buffer);
    // One that was never claimed takes nothing with it.
    drop(force(&pool, 8 * MIB));
    assert!(is_unused(&pool));
}

#[test]
fn forced_buffers_ignore_the_limit_and_do_not_take_from_others() {
    let pool = pool(8, 1024);
    let tickets: Vec<_> = (0..112).map(|_| now(reserve(&pool, 8 * MIB)).expect("room")).collect();
    let forced = force(&pool, 8 * MIB).claim(8 * MIB).expect("memory");
    let buffers: Vec<_> =
        tickets.into_iter().map(|ticket| ticket.claim(8 * MIB).expect("memory")).collect();
    drop(force(&pool, 8 * MIB).claim(8 * MIB).expect("memory"));
    drop(buffers);
    drop(claimed(&pool, 8 * MIB));
    drop(forced);
    assert!(is_unused(&pool));
}

#[test]
fn tiny_buffers_take_no_chunk() {
    let pool = pool(8, 1024);
    let buffer = claimed(&pool, 128 * 1024);
    assert_eq!(usage(&pool).secondary_used, 131_072);
    drop(buffer);
    assert!(is_unused(&pool));
}

#[test]
fn trimming_spares_promises_without_memory() {
    let pool = pool(8, 1024);
    let tickets: Vec<_> = (0..50).map(|_| now(reserve(&pool, 8 * MIB)).expect("room")).collect();
    let Usage { primary_reserved, primary_allocated, .. } = usage(&pool);
    assert_eq!((primary_reserved, primary_allocated), (400 * MIB, 0));
    pool.trim();
    let waiting = reserve(&pool, 800 * MIB);
    assert!(!waiting.is_done());
    drop(tickets);
    now(waiting).expect("served");
}

/// Claims a ticket as C does.
fn raw_claim(ticket: &TicketRef) -> aws_byte_buf {
    // SAFETY: the ticket is alive, and so is its vtable.
    unsafe { (*(*ticket.as_ptr()).vtable).claim.expect("slot")(ticket.as_ptr()) }
}

#[test]
fn a_second_claim_finds_the_same_memory() {
    let pool = pool(8, 256);
    let ticket = raw_reserve(&pool, 5 * MIB).take().expect("room");
    let first = raw_claim(&ticket);
    let (second, used) = (raw_claim(&ticket), usage(&pool).primary_used);
    assert_eq!((second.buffer, second.capacity, second.len), (first.buffer, 5 * MIB, 0));
    assert!(second.allocator.is_null() && !first.buffer.is_null());
    assert_eq!(used, 5 * MIB, "claimed once");
    drop(ticket);
    assert!(is_unused(&pool));
}

#[test]
fn without_memory_a_claim_fails_and_takes_nothing() {
    unsafe extern "C" fn scarce(_: *mut aws_allocator, size: usize) -> *mut c_void {
        // SAFETY: any size will do.
        if size < MIB { unsafe { libc::malloc(size) } } else { std::ptr::null_mut() }
    }
    unsafe extern "C" fn release(_: *mut aws_allocator, block: *mut c_void) {
        // SAFETY: from `scarce`.
        unsafe { libc::free(block) }
    }
    let mut allocator = aws_allocator {
        mem_acquire: Some(scarce),
        mem_release: Some(release),
        mem_realloc: None,
        mem_calloc: None,
        r#impl: std::ptr::null_mut(),
    };
    let config = aws_s3_buffer_pool_config {
        client: std::ptr::null_mut(),
        part_size: 8 * MIB,
        max_part_size: 0,
        memory_limit: 256 * MIB,
    };
    // SAFETY: outlives its use.
    let allocator = unsafe { Allocator::from_raw(&raw mut allocator) }.expect("not NULL");
    let pool = default_pool(allocator, config).expect("valid");
    for size in [8 * MIB, 100 * MIB] {
        let ticket = raw_reserve(&pool, size).take().expect("room");
        let memory = raw_claim(&ticket);
        assert_eq!((memory.capacity, crate::crt::last_error()), (0, Code::OOM));
        assert!(memory.buffer.is_null());
        drop(ticket);
        let error = now(reserve(&pool, size)).expect("room").claim(size).expect_err("no memory");
        assert_eq!(error.code(), Code::S3_BUFFER_ALLOCATION_FAILED);
    }
    drop(now(reserve(&pool, 1000)).expect("room").claim(1000).expect("enough for this"));
    assert!(is_unused(&pool));
}

#[test]
fn impossible_reservations_fail() {
    let pool = pool(8, 256);
    let error = now(reserve(&pool, 128 * MIB + 1)).expect_err("too large");
    assert_eq!(error.code(), Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT);
    let forced = Reservation { can_block: true, ..reservation(128 * MIB + 1) };
    let error = now(pool.reserve(forced)).expect_err("too large");
    assert_eq!(error.code(), Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT);
    assert_eq!(now(reserve(&pool, 0)).expect_err("empty").code(), Code::INVALID_ARGUMENT);
    now(reserve(&pool, 128 * MIB)).expect("fits exactly");
}

#[test]
fn a_special_size_is_kept_and_used_again() {
    let pool = pool(8, 2048);
    for _ in 0..2 {
        pool.add_special_size(64 * MIB).expect("added");
    }
    for _ in 0..5 {
        let buffer = claimed(&pool, 64 * MIB);
        assert_eq!(special(&pool), (64, 1, 0, 64));
        drop(buffer);
    }
    assert_eq!(special(&pool), (64, 1, 0, 0));
}

#[test]
fn special_sizes_stand_beside_each_other_and_beside_ordinary_ones() {
    let pool = pool(8, 2048);
    for size in [64, 128, 256] {
        pool.add_special_size(size * MIB).expect("added");
    }
    let held = [64, 128, 256].map(|size| claimed(&pool, size * MIB));
    assert_eq!(special(&pool), (448, 3, 0, 448));
    drop(held);
    assert_eq!(special(&pool), (448, 3, 0, 0));

    let pool = self::pool(8, 2048);
    let cutoff = usage(&pool).primary_cutoff;
    pool.add_special_size(cutoff - 1).expect("no effect");
    let buffer = claimed(&pool, cutoff - 1);
    assert_eq!((special(&pool), storage(buffer.ticket())), ((0, 0, 0, 0), Storage::Primary));
    pool.add_special_size(64 * MIB).expect("added");
    let held = [8, 64, 16, 64, 128, 64].map(|size| claimed(&pool, size * MIB));
    assert_eq!(special(&pool), (192, 1, 0, 192));
    drop(held);
}

#[test]
fn special_sizes_obey_the_limit() {
    let pool = pool(8, 1024 + 128);
    assert_eq!(usage(&pool).mem_limit, 1024 * MIB);
    pool.add_special_size(300 * MIB).expect("added");
    let mut held: Vec<_> = [8, 300, 300, 300].map(|size| Some(claimed(&pool, size * MIB))).into();
    let fourth = reserve(&pool, 300 * MIB);
    held.push(Some(claimed(&pool, 16 * MIB)));
    let sixth = reserve(&pool, 400 * MIB);
    assert!(!fourth.is_done() && !sixth.is_done());
    assert_eq!(special(&pool), (900, 1, 0, 900));

    held[1] = None;
    assert_eq!(special(&pool), (900, 1, 300, 600));
    let fourth = now(fourth).expect("served").claim(300 * MIB).expect("memory");
    assert_eq!(special(&pool), (900, 1, 0, 900));
    assert!(!sixth.is_done());

    held[2] = None;
    assert!(sixth.is_done());
    assert_eq!(special(&pool), (600, 1, 0, 600));
    drop(now(sixth).expect("served").claim(400 * MIB).expect("memory"));
    drop(fourth);
}

#[test]
fn trimming_frees_idle_special_buffers() {
    let pool = pool(8, 2048);
    pool.add_special_size(64 * MIB).expect("added");
    let mut held: Vec<_> = (0..5).map(|_| claimed(&pool, 64 * MIB)).collect();
    held.truncate(3);
    assert_eq!(special(&pool), (320, 1, 0, 192));
    pool.trim();
    assert_eq!(special(&pool), (192, 1, 0, 192));
    held.push(claimed(&pool, 64 * MIB));
    assert_eq!(special(&pool), (256, 1, 0, 256));
    held.clear();
    assert_eq!(special(&pool), (256, 1, 0, 0));
    pool.release_special_size(64 * MIB);
    assert_eq!(special(&pool), (0, 0, 0, 0));
    pool.add_special_size(64 * MIB).expect("added");
    drop(claimed(&pool, 64 * MIB));
    pool.trim();
    assert_eq!(special(&pool), (0, 0, 0, 0));
}

#[test]
fn lent_buffers_are_served_in_place() {
    let pool = pool(8, 256);
    let mut memory = vec![0_u8; 1000];
    let mut lent = aws_byte_buf {
        len: 0,
        buffer: memory.as_mut_ptr(),
        capacity: memory.len(),
        allocator: std::ptr::null_mut(),
    };
    let mut key = 0_u64;
    let meta_request = (&raw mut key).cast();
    // SAFETY: both outlive the pool's use of them.
    let buffer = unsafe { CallerBuffer::from_raw(&raw mut lent) }.expect("not NULL");
    pool.add_preallocated(meta_request, buffer).expect("supported");
    let ask = |offset, size| {
        let reservation = Reservation { meta_request, local_offset: offset, ..reservation(size) };
        now(pool.reserve(reservation))
    };

    let mut second = ask(600, 400).expect("fits").claim(400).expect("memory");
    let mut first = ask(0, 600).expect("fits").claim(600).expect("memory");
    second.put_bytes(2, 400);
    first.put_bytes(1, 600);
    assert!(is_unused(&pool));
    drop((first, second));
    for (offset, size) in [(601, 400), (1001, 1), (0, 1001), (u64::MAX, 1), (0, 900 * MIB)] {
        let error = ask(offset, size).expect_err("outside");
        assert_eq!(error.code(), Code::SHORT_BUFFER, "{offset} {size}");
    }
    // The same key again takes the place of the first.
    let mut other = [0_u8; 100];
    let mut lent_later = aws_byte_buf {
        len: 0,
        buffer: other.as_mut_ptr(),
        capacity: other.len(),
        allocator: std::ptr::null_mut(),
    };
    // SAFETY: both outlive the pool's use of them.
    let later = unsafe { CallerBuffer::from_raw(&raw mut lent_later) }.expect("not NULL");
    pool.add_preallocated(meta_request, later).expect("supported");
    assert_eq!(ask(0, 101).expect_err("outside").code(), Code::SHORT_BUFFER);
    let mut replaced = ask(40, 60).expect("fits").claim(60).expect("memory");
    replaced.put_bytes(3, 60);
    drop(replaced);
    assert_eq!((other[39], other[40], other[99]), (0, 3, 3));

    buffer.set_filled(1000);
    pool.remove_preallocated(meta_request);
    pool.remove_preallocated(meta_request);
    drop(ask(0, 100).expect("ordinary").claim(100).expect("memory"));
    assert_eq!(lent.len, 1000);
    assert!(memory[..600].iter().all(|byte| *byte == 1));
    assert!(memory[600..].iter().all(|byte| *byte == 2));
}

#[test]
fn sizes_are_aligned_to_chunks() {
    assert_eq!(pool(8, 2048).align(15 << 20), 16 << 20);
    assert_eq!(pool(65, 2048).align(12_345), 12_345);
}

/// Threads that reserve, wait, claim, cancel, keep and trim at once, far beyond the limit.
#[test]
fn nothing_is_lost_in_a_crowd() {
    let pool = pool(1, 256);
    let runtime = || tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    thread::scope(|scope| {
        for seed in 0..6_u64 {
            let pool = &pool;
            scope.spawn(move || {
                runtime().block_on(async {
                    let mut held = Vec::new();
                    let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
                    for _ in 0..3000 {
                        random ^= random << 13;
                        random ^= random >> 7;
                        random ^= random << 17;
                        match random % 16 {
                            0 => pool.trim(),
                            1 => drop(reserve(pool, 60 * MIB)),
                            2 => drop(force(pool, MIB).claim(MIB).expect("memory")),
                            3 => {
                                let pending = reserve(pool, 20 * MIB);
                                let canceller = pending.canceller();
                                canceller.cancel(Code::S3_CANCELED);
                                drop(pending.await);
                            }
                            4 => held.clear(),
                            5 => {
                                // Nobody may hold memory while it waits for more.
                                held.clear();
                                let size = 100 * MIB;
                                let ticket = reserve(pool, size).await.expect("served");
                                drop(ticket.claim(size).expect("memory"));
                            }
                            _ => {
                                let size = 1 + (random >> 20) as usize % (3 * MIB);
                                let pending = reserve(pool, size);
                                if !pending.is_done() {
                                    held.clear();
                                }
                                let mut buffer =
                                    pending.await.expect("served").claim(size).expect("memory");
                                buffer.put_u64(random);
                                held.push((random, buffer));
                            }
                        }
                        for (mark, buffer) in &held {
                            assert_eq!(buffer.filled(), mark.to_be_bytes());
                        }
                    }
                });
            });
        }
    });
    assert!(is_unused(&pool));
    pool.trim();
    assert_eq!(usage(&pool).primary_num_blocks, 0);
}
