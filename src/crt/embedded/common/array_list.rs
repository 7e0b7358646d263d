//! The growing array. C and C++ programs have most of this inline and share the struct with us.
//!
//! Items are bytes of any type here; all copies are raw.

use core::mem::MaybeUninit;

use super::alloc::{aws_mem_acquire, aws_mem_release, aws_secure_zero};
use super::*;

const EMPTY: aws_array_list = aws_array_list {
    alloc: core::ptr::null_mut(),
    current_size: 0,
    length: 0,
    item_size: 0,
    data: core::ptr::null_mut(),
};

/// Address of an item; within the storage for an index below the capacity.
fn at(list: &aws_array_list, index: usize) -> *mut u8 {
    list.data.cast::<u8>().wrapping_add(index.wrapping_mul(list.item_size))
}

/// Moves the storage to another block of `bytes` bytes (not below what is in use), or to none for 0.
fn relocate(list: &mut aws_array_list, bytes: usize) {
    // SAFETY: both blocks hold the items, and come from the list's allocator.
    unsafe {
        let mut block = core::ptr::null_mut();
        if bytes > 0 {
            block = aws_mem_acquire(list.alloc, bytes);
            if !list.data.is_null() {
                block.copy_from_nonoverlapping(list.data, list.length * list.item_size);
            }
        }
        aws_mem_release(list.alloc, list.data);
        list.data = block;
        list.current_size = bytes;
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_init_dynamic(
    list: &mut MaybeUninit<aws_array_list>,
    alloc: *mut aws_allocator,
    initial_item_allocation: usize,
    item_size: usize,
) -> c_int {
    let list = list.write(EMPTY);
    if alloc.is_null() || item_size == 0 {
        alloc::fatal("a list has an allocator and an item size");
    }
    let Some(bytes) = initial_item_allocation.checked_mul(item_size) else {
        return raise(AWS_ERROR_OVERFLOW_DETECTED);
    };
    *list = aws_array_list { alloc, item_size, ..EMPTY };
    if bytes > 0 {
        relocate(list, bytes);
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_init_static(
    list: &mut MaybeUninit<aws_array_list>,
    raw_array: *mut c_void,
    item_count: usize,
    item_size: usize,
) {
    let (Some(current_size @ 1..), false) =
        (item_count.checked_mul(item_size), raw_array.is_null())
    else {
        alloc::fatal("a list over fixed memory has memory")
    };
    list.write(aws_array_list { current_size, item_size, data: raw_array, ..EMPTY });
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_init_static_from_initialized(
    list: &mut MaybeUninit<aws_array_list>,
    raw_array: *mut c_void,
    item_count: usize,
    item_size: usize,
) {
    aws_array_list_init_static(list, raw_array, item_count, item_size);
    // SAFETY: written by the line above.
    unsafe { list.assume_init_mut() }.length = item_count;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_is_valid(list: Option<&aws_array_list>) -> bool {
    list.is_some_and(|list| {
        list.item_size > 0
            && list.length.checked_mul(list.item_size).is_some_and(|used| used <= list.current_size)
            && (list.current_size == 0) == list.data.is_null()
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_clean_up(list: &mut aws_array_list) {
    if !list.alloc.is_null() {
        relocate(list, 0);
    }
    *list = EMPTY;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_clean_up_secure(list: &mut aws_array_list) {
    aws_secure_zero(list.data, list.current_size);
    aws_array_list_clean_up(list);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_length(list: &aws_array_list) -> usize {
    list.length
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_capacity(list: &aws_array_list) -> usize {
    list.current_size.checked_div(list.item_size).unwrap_or(0)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_ensure_capacity(list: &mut aws_array_list, index: usize) -> c_int {
    let needed = index.checked_add(1).and_then(|items| items.checked_mul(list.item_size));
    let Some(needed) = needed else { return raise(AWS_ERROR_OVERFLOW_DETECTED) };
    if needed > list.current_size {
        if list.alloc.is_null() {
            return raise(AWS_ERROR_INVALID_INDEX);
        }
        let Some(doubled) = list.current_size.checked_mul(2) else {
            return raise(AWS_ERROR_LIST_EXCEEDS_MAX_SIZE);
        };
        relocate(list, needed.max(doubled));
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_get_at_ptr(
    list: &aws_array_list,
    val: &mut *mut c_void,
    index: usize,
) -> c_int {
    if index >= list.length {
        return raise(AWS_ERROR_INVALID_INDEX);
    }
    *val = at(list, index).cast();
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_list_get_at(
    list: &aws_array_list,
    val: *mut c_void,
    index: usize,
) -> c_int {
    if index >= list.length {
        return raise(AWS_ERROR_INVALID_INDEX);
    }
    // SAFETY: the item is within the storage, and `val` has room for one.
    unsafe { val.cast::<u8>().copy_from(at(list, index), list.item_size) };
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_list_set_at(
    list: &mut aws_array_list,
    val: *const c_void,
    index: usize,
) -> c_int {
    if aws_array_list_ensure_capacity(list, index) != SUCCESS {
        return FAILURE;
    }
    // SAFETY: the storage reaches to the index, and `val` is one item.
    unsafe { at(list, index).copy_from(val.cast(), list.item_size) };
    list.length = list.length.max(index + 1);
    SUCCESS
}

/// Room for one more item.
fn grow(list: &mut aws_array_list) -> c_int {
    let full = list.length >= aws_array_list_capacity(list);
    if full && list.alloc.is_null() {
        return raise(AWS_ERROR_LIST_EXCEEDS_MAX_SIZE);
    }
    aws_array_list_ensure_capacity(list, list.length)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_list_push_back(
    list: &mut aws_array_list,
    val: *const c_void,
) -> c_int {
    if grow(list) != SUCCESS {
        return FAILURE;
    }
    // SAFETY: passed on.
    unsafe { aws_array_list_set_at(list, val, list.length) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_list_push_front(
    list: &mut aws_array_list,
    val: *const c_void,
) -> c_int {
    if grow(list) != SUCCESS {
        return FAILURE;
    }
    // SAFETY: there is room for one item more, and `val` is one.
    unsafe {
        at(list, 1).copy_from(at(list, 0), list.length * list.item_size);
        at(list, 0).copy_from(val.cast(), list.item_size);
    }
    list.length += 1;
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_list_front(list: &aws_array_list, val: *mut c_void) -> c_int {
    match list.length {
        0 => raise(AWS_ERROR_LIST_EMPTY),
        // SAFETY: passed on.
        _ => unsafe { aws_array_list_get_at(list, val, 0) },
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_list_back(list: &aws_array_list, val: *mut c_void) -> c_int {
    match list.length {
        0 => raise(AWS_ERROR_LIST_EMPTY),
        // SAFETY: passed on.
        length => unsafe { aws_array_list_get_at(list, val, length - 1) },
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_pop_back(list: &mut aws_array_list) -> c_int {
    if list.length == 0 {
        return raise(AWS_ERROR_LIST_EMPTY);
    }
    list.length -= 1;
    // SAFETY: the item that was the last one is within the storage.
    unsafe { at(list, list.length).write_bytes(0, list.item_size) };
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_pop_front(list: &mut aws_array_list) -> c_int {
    if list.length == 0 {
        return raise(AWS_ERROR_LIST_EMPTY);
    }
    aws_array_list_pop_front_n(list, 1);
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_pop_front_n(list: &mut aws_array_list, n: usize) {
    remove(list, 0, n.min(list.length));
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_erase(list: &mut aws_array_list, index: usize) -> c_int {
    if index >= list.length {
        return raise(AWS_ERROR_INVALID_INDEX);
    }
    remove(list, index, 1);
    SUCCESS
}

/// Removes `count` items that exist from `index` on.
fn remove(list: &mut aws_array_list, index: usize, count: usize) {
    let behind = list.length - index - count;
    if count > 0 && behind > 0 {
        // SAFETY: items behind the removed ones move within the storage.
        unsafe { at(list, index).copy_from(at(list, index + count), behind * list.item_size) };
    }
    list.length -= count;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_clear(list: &mut aws_array_list) {
    list.length = 0;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_swap_contents(
    list_a: &mut aws_array_list,
    list_b: &mut aws_array_list,
) {
    if list_a.alloc.is_null()
        || list_a.alloc != list_b.alloc
        || list_a.item_size != list_b.item_size
    {
        alloc::fatal("lists that are swapped have one allocator and one item size");
    }
    core::mem::swap(list_a, list_b);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_shrink_to_fit(list: &mut aws_array_list) -> c_int {
    if list.alloc.is_null() {
        return raise(AWS_ERROR_LIST_STATIC_MODE_CANT_SHRINK);
    }
    let needed = list.length * list.item_size;
    if needed < list.current_size {
        relocate(list, needed);
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_copy(from: &aws_array_list, to: &mut aws_array_list) -> c_int {
    if from.item_size != to.item_size {
        alloc::fatal("lists that are copied have one item size");
    }
    let needed = from.length * from.item_size;
    if needed > to.current_size {
        if to.alloc.is_null() {
            return raise(AWS_ERROR_DEST_COPY_TOO_SMALL);
        }
        to.length = 0;
        relocate(to, needed);
    }
    if needed > 0 {
        // SAFETY: both storages hold that much.
        unsafe { to.data.copy_from(from.data, needed) };
    }
    to.length = from.length;
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_array_list_swap(list: &mut aws_array_list, a: usize, b: usize) {
    if a >= list.length || b >= list.length {
        alloc::fatal("items that are swapped are in the list");
    }
    if a != b {
        // SAFETY: two different items within the storage.
        unsafe { core::ptr::swap_nonoverlapping(at(list, a), at(list, b), list.item_size) };
    }
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_array_list_sort(
    list: &mut aws_array_list,
    compare_fn: aws_array_list_comparator_fn,
) {
    unsafe extern "C-unwind" {
        // A comparator of the program's may end its thread.
        fn qsort(
            items: *mut c_void,
            count: usize,
            size: usize,
            compare: aws_array_list_comparator_fn,
        );
    }
    if list.length > 1 {
        // SAFETY: the storage holds that many items.
        unsafe { qsort(list.data, list.length, list.item_size, compare_fn) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(list: &aws_array_list) -> Vec<u32> {
        // SAFETY: the lists of these tests hold numbers.
        (0..list.length).map(|index| unsafe { at(list, index).cast::<u32>().read() }).collect()
    }

    fn push(list: &mut aws_array_list, number: u32) -> c_int {
        // SAFETY: the lists of these tests hold numbers.
        unsafe { aws_array_list_push_back(list, (&raw const number).cast()) }
    }

    #[test]
    fn items_come_and_go() {
        let mut list = MaybeUninit::uninit();
        aws_array_list_init_dynamic(&mut list, alloc::aws_default_allocator(), 0, 4);
        // SAFETY: initialised above.
        let list = unsafe { list.assume_init_mut() };
        for number in [3, 1, 4, 1, 5] {
            assert_eq!(push(list, number), SUCCESS);
        }
        extern "C" fn ascending(a: *const c_void, b: *const c_void) -> c_int {
            // SAFETY: the list holds numbers.
            unsafe { (*a.cast::<u32>()).cmp(&*b.cast::<u32>()) as c_int }
        }
        aws_array_list_sort(list, Some(ascending));
        assert_eq!(items(list), [1, 1, 3, 4, 5]);
        assert_eq!(aws_array_list_erase(list, 1), SUCCESS);
        aws_array_list_swap(list, 0, 3);
        let first = 9u32;
        // SAFETY: one item.
        unsafe { aws_array_list_push_front(list, (&raw const first).cast()) };
        assert_eq!(items(list), [9, 5, 3, 4, 1]);
        assert_eq!(aws_array_list_pop_back(list), SUCCESS);
        aws_array_list_pop_front_n(list, 2);
        assert_eq!(items(list), [3, 4]);
        assert_eq!(aws_array_list_shrink_to_fit(list), SUCCESS);
        assert_eq!((aws_array_list_capacity(list), items(list)), (2, vec![3, 4]));
        assert_eq!(aws_array_list_ensure_capacity(list, usize::MAX), FAILURE);
        aws_array_list_clean_up(list);
        assert!(list.data.is_null());
    }

    #[test]
    fn fixed_memory_is_not_outgrown() {
        let mut memory = [7u32; 2];
        let mut list = MaybeUninit::uninit();
        aws_array_list_init_static(&mut list, memory.as_mut_ptr().cast(), 2, 4);
        // SAFETY: initialised above.
        let list = unsafe { list.assume_init_mut() };
        assert_eq!((push(list, 1), push(list, 2), push(list, 3)), (SUCCESS, SUCCESS, FAILURE));
        assert_eq!(error::aws_last_error(), AWS_ERROR_LIST_EXCEEDS_MAX_SIZE);
        assert_eq!(aws_array_list_shrink_to_fit(list), FAILURE);
        assert_eq!(aws_array_list_erase(list, 2), FAILURE);
        aws_array_list_clean_up(list);
        assert_eq!(memory, [1, 2]);
    }
}
