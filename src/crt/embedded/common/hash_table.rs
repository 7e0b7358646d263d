//! The hash table: keys and values are pointers of the program's, which also hashes, compares and frees them.
//!
//! Slots are probed one after the other. An entry that goes leaves a mark behind, so that the others stay where they
//! are and a walk over the table may delete what it comes to. Marks go when the table is laid out anew.
//!
//! A function of the program's that ends its thread is not kept from it.

use core::ffi::c_void;
use core::mem::size_of;
use core::ptr::{null, null_mut};

use super::alloc::{aws_mem_acquire, aws_mem_release};
use super::*;
use crate::crt::call::call_through;

type Hash = Option<unsafe extern "C" fn(*const c_void) -> u64>;
type Equals = Option<unsafe extern "C" fn(*const c_void, *const c_void) -> bool>;
type Destroy = Option<unsafe extern "C" fn(*mut c_void)>;

/// The hash codes of slots without an entry.
const EMPTY: u64 = 0;
const LEFT: u64 = 1;
/// The least hash code of an entry.
const FIRST: u64 = 2;
/// The hash code of the key NULL, which no function of the program is asked for.
const OF_NULL: u64 = 42;

const LEAST_SLOTS: usize = 4;

#[repr(C)]
#[derive(Clone, Copy)]
struct Slot {
    // First: what the program holds is a pointer to it.
    element: aws_hash_element,
    code: u64,
}

/// What `p_impl` points to.
struct State {
    allocator: *mut aws_allocator,
    hash: Hash,
    equals: Equals,
    destroy_key: Destroy,
    destroy_value: Destroy,
    entries: usize,
    /// Slots that are not empty.
    used: usize,
    /// A power of two.
    capacity: usize,
    slots: *mut Slot,
}

/// # Safety
/// `map` is an initialised table.
unsafe fn state<'a>(map: *const aws_hash_table) -> &'a mut State {
    // SAFETY: as the caller promises; C uses a table from one thread at a time.
    unsafe { &mut *(*map).p_impl.cast::<State>() }
}

/// As many slots as keep an eighth of them free.
fn capacity_for(entries: usize) -> Option<usize> {
    let capacity = entries.checked_add(entries / 7)?.checked_add(1)?.checked_next_power_of_two()?;
    let capacity = capacity.max(LEAST_SLOTS);
    capacity.checked_mul(size_of::<Slot>())?;
    Some(capacity)
}

fn new_slots(allocator: *mut aws_allocator, capacity: usize) -> *mut Slot {
    // SAFETY: the size was checked; zeroes are empty slots.
    unsafe {
        let slots = aws_mem_acquire(allocator, capacity * size_of::<Slot>());
        slots.cast::<u8>().write_bytes(0, capacity * size_of::<Slot>());
        slots.cast()
    }
}

impl State {
    fn slot(&self, index: usize) -> *mut Slot {
        self.slots.wrapping_add(index & (self.capacity - 1))
    }

    fn code(&self, key: *const c_void) -> u64 {
        match self.hash {
            // SAFETY: the function of the program, for keys of this table.
            Some(hash) if !key.is_null() => FIRST.max(unsafe { call_through!(hash, key) }),
            _ => OF_NULL,
        }
    }

    /// The entry of a key.
    fn find(&self, key: *const c_void, code: u64) -> Option<*mut Slot> {
        let mut index = code as usize;
        loop {
            let slot = self.slot(index);
            // SAFETY: within the slots, of which one at least is empty.
            let Slot { element, code: found } = unsafe { *slot };
            match found {
                EMPTY => return None,
                found if found == code && equal(self.equals, key, element.key) => {
                    return Some(slot);
                }
                _ => {}
            }
            index = index.wrapping_add(1);
        }
    }

    /// Makes room for one entry more; says whether it could.
    fn grow(&mut self) -> bool {
        if self.used < self.capacity - (self.capacity / 8).max(1) {
            return true;
        }
        let Some(capacity) = self.entries.checked_mul(2).and_then(capacity_for) else {
            return false;
        };
        let old = (self.slots, self.capacity);
        (self.slots, self.capacity) = (new_slots(self.allocator, capacity), capacity);
        for index in 0..old.1 {
            // SAFETY: within the old slots, and the new ones have room.
            unsafe {
                let slot = *old.0.add(index);
                if slot.code >= FIRST {
                    *self.find_free(slot.code) = slot;
                }
            }
        }
        self.used = self.entries;
        // SAFETY: from this allocator, and not used any more.
        unsafe { aws_mem_release(self.allocator, old.0.cast()) };
        true
    }

    /// Where an entry goes whose key is not there.
    fn find_free(&self, code: u64) -> *mut Slot {
        let mut index = code as usize;
        loop {
            let slot = self.slot(index);
            // SAFETY: within the slots, of which one at least is empty.
            if unsafe { (*slot).code } < FIRST {
                return slot;
            }
            index = index.wrapping_add(1);
        }
    }

    /// The entry goes; what it points to stays.
    ///
    /// # Safety
    /// `slot` holds an entry of this table.
    unsafe fn leave(&mut self, slot: *mut Slot) {
        let nothing = aws_hash_element { key: null(), value: null_mut() };
        // SAFETY: as the caller promises.
        unsafe { *slot = Slot { element: nothing, code: LEFT } };
        self.entries -= 1;
    }

    fn destroy(&self, element: aws_hash_element) {
        // SAFETY: the functions of the program, for what it put into this table.
        unsafe {
            if let Some(destroy) = self.destroy_key {
                call_through!(destroy, element.key.cast_mut());
            }
            if let Some(destroy) = self.destroy_value {
                call_through!(destroy, element.value);
            }
        }
    }
}

fn equal(equals: Equals, one: *const c_void, other: *const c_void) -> bool {
    if one == other {
        return true;
    }
    match equals {
        // SAFETY: the function of the program, for things of this table.
        Some(equals) if !one.is_null() && !other.is_null() => unsafe {
            call_through!(equals, one, other)
        },
        _ => false,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_table_init(
    map: &mut core::mem::MaybeUninit<aws_hash_table>,
    alloc: *mut aws_allocator,
    size: usize,
    hash_fn: Hash,
    equals_fn: Equals,
    destroy_key_fn: Destroy,
    destroy_value_fn: Destroy,
) -> c_int {
    let Some(capacity) = capacity_for(size) else { return raise(AWS_ERROR_OVERFLOW_DETECTED) };
    let state = State {
        allocator: alloc,
        hash: hash_fn,
        equals: equals_fn,
        destroy_key: destroy_key_fn,
        destroy_value: destroy_value_fn,
        entries: 0,
        used: 0,
        capacity,
        slots: new_slots(alloc, capacity),
    };
    // SAFETY: memory of this size from the caller's allocator.
    unsafe {
        let block = aws_mem_acquire(alloc, size_of::<State>()).cast::<State>();
        block.write(state);
        map.write(aws_hash_table { p_impl: block.cast() });
    }
    SUCCESS
}

/// A table that is cleaned up already is left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_table_clean_up(map: &mut aws_hash_table) {
    if map.p_impl.is_null() {
        return;
    }
    // SAFETY: a table; both blocks are its own.
    unsafe {
        aws_hash_table_clear(map);
        let State { allocator, slots, .. } = map.p_impl.cast::<State>().read();
        aws_mem_release(allocator, slots.cast());
        aws_mem_release(allocator, map.p_impl.cast());
    }
    map.p_impl = null_mut();
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_table_swap(a: &mut aws_hash_table, b: &mut aws_hash_table) {
    core::mem::swap(a, b);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_table_move(
    to: &mut core::mem::MaybeUninit<aws_hash_table>,
    from: &mut aws_hash_table,
) {
    to.write(aws_hash_table { p_impl: core::mem::replace(&mut from.p_impl, null_mut()) });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_table_get_entry_count(map: *const aws_hash_table) -> usize {
    // SAFETY: a table.
    unsafe { state(map) }.entries
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_table_find(
    map: *const aws_hash_table,
    key: *const c_void,
    p_elem: &mut *mut aws_hash_element,
) -> c_int {
    // SAFETY: a table.
    let state = unsafe { state(map) };
    *p_elem = state.find(key, state.code(key)).map_or(null_mut(), <*mut Slot>::cast);
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_table_create(
    map: &mut aws_hash_table,
    key: *const c_void,
    p_elem: Option<&mut *mut aws_hash_element>,
    was_created: Option<&mut c_int>,
) -> c_int {
    // SAFETY: a table; a slot that is free takes the entry.
    unsafe {
        let state = state(map);
        let code = state.code(key);
        let found = state.find(key, code);
        let slot = match found {
            Some(slot) => slot,
            None => {
                if !state.grow() {
                    return raise(AWS_ERROR_OVERFLOW_DETECTED);
                }
                let slot = state.find_free(code);
                state.entries += 1;
                state.used += usize::from((*slot).code == EMPTY);
                *slot = Slot { element: aws_hash_element { key, value: null_mut() }, code };
                slot
            }
        };
        if let Some(p_elem) = p_elem {
            *p_elem = slot.cast();
        }
        if let Some(was_created) = was_created {
            *was_created = c_int::from(found.is_none());
        }
    }
    SUCCESS
}

/// The value before, and a key that is not the same pointer, are freed.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_table_put(
    map: &mut aws_hash_table,
    key: *const c_void,
    value: *mut c_void,
    was_created: Option<&mut c_int>,
) -> c_int {
    let (mut element, mut created) = (null_mut(), 0);
    // SAFETY: a table; the element is in it.
    unsafe {
        if aws_hash_table_create(map, key, Some(&mut element), Some(&mut created)) != SUCCESS {
            return FAILURE;
        }
        let before = core::mem::replace(&mut *element, aws_hash_element { key, value });
        let state = state(map);
        if created == 0 {
            if let (Some(destroy), true) = (state.destroy_key, before.key != key) {
                call_through!(destroy, before.key.cast_mut());
            }
            if let Some(destroy) = state.destroy_value {
                call_through!(destroy, before.value);
            }
        }
    }
    if let Some(was_created) = was_created {
        *was_created = created;
    }
    SUCCESS
}

/// With a place for it, the element moves there; without, it is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_table_remove(
    map: &mut aws_hash_table,
    key: *const c_void,
    p_value: Option<&mut core::mem::MaybeUninit<aws_hash_element>>,
    was_present: Option<&mut c_int>,
) -> c_int {
    // SAFETY: a table; the slot found is in it.
    unsafe {
        let state = state(map);
        let found = state.find(key, state.code(key));
        if let Some(was_present) = was_present {
            *was_present = c_int::from(found.is_some());
        }
        if let Some(slot) = found {
            let element = (*slot).element;
            state.leave(slot);
            match p_value {
                Some(place) => {
                    place.write(element);
                }
                None => state.destroy(element),
            }
        }
    }
    SUCCESS
}

/// Nothing is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_table_remove_element(
    map: &mut aws_hash_table,
    p_value: *mut aws_hash_element,
) -> c_int {
    // SAFETY: a table, and an element of it, which is the first thing in its slot.
    unsafe { state(map).leave(p_value.cast()) };
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_table_clear(map: &mut aws_hash_table) {
    // SAFETY: a table; its slots are all within the block.
    unsafe {
        let state = state(map);
        for index in 0..state.capacity {
            let slot = *state.slots.add(index);
            if slot.code >= FIRST {
                state.destroy(slot.element);
            }
        }
        state.slots.cast::<u8>().write_bytes(0, state.capacity * size_of::<Slot>());
        (state.entries, state.used) = (0, 0);
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_table_eq(
    a: *const aws_hash_table,
    b: *const aws_hash_table,
    value_eq: Equals,
) -> bool {
    // SAFETY: two tables.
    let (one, other) = unsafe { (state(a), state(b)) };
    let mut slots = (0..one.capacity).map(|index| {
        // SAFETY: within the slots.
        unsafe { *one.slots.add(index) }
    });
    one.entries == other.entries
        && slots.all(|Slot { element, code }| {
            code < FIRST
                || other.find(element.key, other.code(element.key)).is_some_and(|found| {
                    // SAFETY: an entry of the other table.
                    equal(value_eq, element.value, unsafe { (*found).element.value })
                })
        })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_table_is_valid(map: Option<&aws_hash_table>) -> bool {
    map.is_some_and(|map| !map.p_impl.is_null())
}

/// Goes on to the first entry from `slot` on.
///
/// # Safety
/// The iterator is over a table.
unsafe fn advance(iter: &mut aws_hash_iter, mut slot: usize) {
    // SAFETY: as the caller promises; slots below the limit are there.
    unsafe {
        let slots = state(iter.map).slots;
        while slot < iter.limit && (*slots.add(slot)).code < FIRST {
            slot += 1;
        }
        iter.slot = slot.min(iter.limit);
        (iter.element, iter.status) = if iter.slot < iter.limit {
            ((*slots.add(slot)).element, AWS_HASH_ITER_STATUS_READY_FOR_USE)
        } else {
            (aws_hash_element { key: null(), value: null_mut() }, AWS_HASH_ITER_STATUS_DONE)
        };
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_iter_begin(map: *const aws_hash_table) -> aws_hash_iter {
    let mut iter = aws_hash_iter {
        map,
        element: aws_hash_element { key: null(), value: null_mut() },
        slot: 0,
        // SAFETY: a table.
        limit: unsafe { state(map) }.capacity,
        status: AWS_HASH_ITER_STATUS_DONE,
        unused_0: 0,
        unused_1: null_mut(),
        unused_2: null_mut(),
    };
    // SAFETY: as above.
    unsafe { advance(&mut iter, 0) };
    iter
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_iter_done(iter: &aws_hash_iter) -> bool {
    iter.slot == iter.limit
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_iter_next(iter: &mut aws_hash_iter) {
    // SAFETY: an iterator over a table.
    unsafe { advance(iter, iter.slot.saturating_add(1)) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_iter_delete(
    iter: &mut aws_hash_iter,
    destroy_contents: bool,
) {
    // SAFETY: an iterator that stands at an entry of its table.
    unsafe {
        let state = state(iter.map);
        state.leave(state.slots.add(iter.slot));
        if destroy_contents {
            state.destroy(iter.element);
        }
    }
    iter.status = AWS_HASH_ITER_STATUS_DELETE_CALLED;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_iter_is_valid(iter: Option<&aws_hash_iter>) -> bool {
    // SAFETY: a map that is not NULL is a table.
    iter.is_some_and(|iter| unsafe {
        aws_hash_table_is_valid(iter.map.as_ref())
            && iter.limit <= state(iter.map).capacity
            && iter.slot <= iter.limit
            && (iter.status != AWS_HASH_ITER_STATUS_DONE || iter.slot == iter.limit)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_table_foreach(
    map: &mut aws_hash_table,
    callback: Option<unsafe extern "C" fn(*mut c_void, *mut aws_hash_element) -> c_int>,
    context: *mut c_void,
) -> c_int {
    let Some(callback) = callback else { return raise(AWS_ERROR_INVALID_ARGUMENT) };
    // SAFETY: a table, and a callback for its elements.
    unsafe {
        let mut iter = aws_hash_iter_begin(map);
        while !aws_hash_iter_done(&iter) {
            let answer = call_through!(callback, context, &raw mut iter.element);
            if answer & AWS_COMMON_HASH_TABLE_ITER_ERROR != 0 {
                return raise(error::aws_last_error_or_unknown_error());
            }
            if answer & AWS_COMMON_HASH_TABLE_ITER_DELETE != 0 {
                aws_hash_iter_delete(&mut iter, false);
            }
            if answer & AWS_COMMON_HASH_TABLE_ITER_CONTINUE == 0 {
                break;
            }
            aws_hash_iter_next(&mut iter);
        }
    }
    SUCCESS
}

const AWS_COMMON_HASH_TABLE_ITER_CONTINUE: c_int = 1;
const AWS_COMMON_HASH_TABLE_ITER_DELETE: c_int = 2;
const AWS_COMMON_HASH_TABLE_ITER_ERROR: c_int = 4;
