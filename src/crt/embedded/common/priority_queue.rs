//! The queue that hands out its first item first: a binary heap in an array list, and beside it, once somebody wants to
//! know, the places of its items.

use core::ffi::c_void;
use core::mem::{MaybeUninit, size_of};
use core::ptr::null_mut;

use super::array_list::*;
use super::*;
use crate::crt::call::call_through;

type Node = *mut aws_priority_queue_node;

const NO_PLACES: aws_array_list = aws_array_list {
    alloc: null_mut(),
    current_size: 0,
    length: 0,
    item_size: 0,
    data: null_mut(),
};
const NOWHERE: usize = usize::MAX;

fn item(queue: &aws_priority_queue, index: usize) -> *mut c_void {
    let list = &queue.container;
    list.data.cast::<u8>().wrapping_add(index * list.item_size).cast()
}

/// Who wants to know the place of an item. None when nobody asked for the place of any.
fn node(queue: &aws_priority_queue, index: usize) -> Option<*mut Node> {
    let places = &queue.backpointers;
    (index < places.length).then(|| places.data.cast::<Node>().wrapping_add(index))
}

/// Tells an item where it is now.
fn tell(queue: &aws_priority_queue, index: usize, place: usize) {
    let Some(node) = node(queue, index) else { return };
    // SAFETY: nodes live as long as their items are in the queue.
    if let Some(node) = unsafe { (*node).as_mut() } {
        node.current_index = place;
    }
}

/// Whether the first of two items has to come after the second.
fn comes_after(queue: &aws_priority_queue, one: usize, other: usize) -> bool {
    // SAFETY: the function of the program, for two items.
    queue.pred.is_some_and(|compare| unsafe {
        call_through!(compare, item(queue, one).cast_const(), item(queue, other).cast_const()) > 0
    })
}

fn swap(queue: &mut aws_priority_queue, one: usize, other: usize) {
    // SAFETY: two places within the list; and within that of the nodes, if there is one.
    unsafe {
        let size = queue.container.item_size;
        core::ptr::swap_nonoverlapping(
            item(queue, one).cast::<u8>(),
            item(queue, other).cast(),
            size,
        );
        if let (Some(one), Some(other)) = (node(queue, one), node(queue, other)) {
            core::ptr::swap(one, other);
        }
    }
    tell(queue, one, one);
    tell(queue, other, other);
}

/// Moves an item towards the front; says where it came to.
fn rise(queue: &mut aws_priority_queue, mut index: usize) -> usize {
    while index > 0 && comes_after(queue, (index - 1) / 2, index) {
        swap(queue, (index - 1) / 2, index);
        index = (index - 1) / 2;
    }
    index
}

fn sink(queue: &mut aws_priority_queue, mut index: usize) {
    loop {
        let mut first = index;
        for below in [index * 2 + 1, index * 2 + 2] {
            if below < queue.container.length && comes_after(queue, first, below) {
                first = below;
            }
        }
        if first == index {
            return;
        }
        swap(queue, index, first);
        index = first;
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_init_dynamic(
    queue: &mut MaybeUninit<aws_priority_queue>,
    alloc: *mut aws_allocator,
    default_size: usize,
    item_size: usize,
    pred: aws_priority_queue_compare_fn,
) -> c_int {
    let mut container = MaybeUninit::new(NO_PLACES);
    let made = aws_array_list_init_dynamic(&mut container, alloc, default_size, item_size);
    // SAFETY: initialised above.
    let container = unsafe { container.assume_init() };
    queue.write(aws_priority_queue { pred, container, backpointers: NO_PLACES });
    made
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_init_static(
    queue: &mut MaybeUninit<aws_priority_queue>,
    heap: *mut c_void,
    item_count: usize,
    item_size: usize,
    pred: aws_priority_queue_compare_fn,
) {
    let mut container = MaybeUninit::new(NO_PLACES);
    aws_array_list_init_static(&mut container, heap, item_count, item_size);
    // SAFETY: initialised above.
    let container = unsafe { container.assume_init() };
    queue.write(aws_priority_queue { pred, container, backpointers: NO_PLACES });
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_clean_up(queue: &mut aws_priority_queue) {
    aws_array_list_clean_up(&mut queue.container);
    aws_array_list_clean_up(&mut queue.backpointers);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_is_valid(queue: Option<&aws_priority_queue>) -> bool {
    queue.is_some_and(|queue| {
        queue.pred.is_some()
            && aws_array_list_is_valid(Some(&queue.container))
            && aws_priority_queue_backpointers_valid(Some(queue))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_backpointers_valid(
    queue: Option<&aws_priority_queue>,
) -> bool {
    queue.is_some_and(|queue| {
        let places = &queue.backpointers;
        places.data.is_null() && places.length == 0
            || places.item_size == size_of::<Node>() && places.length == queue.container.length
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_backpointers_valid_deep(
    queue: Option<&aws_priority_queue>,
) -> bool {
    queue.is_some_and(|queue| {
        (0..queue.backpointers.length)
            .all(|index| aws_priority_queue_backpointer_index_valid(queue, index))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_backpointer_index_valid(
    queue: &aws_priority_queue,
    index: usize,
) -> bool {
    queue.backpointers.data.is_null() || index < queue.backpointers.length
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_priority_queue_push(
    queue: &mut aws_priority_queue,
    item: *const c_void,
) -> c_int {
    // SAFETY: passed on.
    unsafe { aws_priority_queue_push_ref(queue, item, null_mut()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_priority_queue_push_ref(
    queue: &mut aws_priority_queue,
    item: *const c_void,
    backpointer: Node,
) -> c_int {
    // SAFETY: one item of the right size; a node that lives as long as the item is in the queue.
    unsafe {
        if aws_array_list_push_back(&mut queue.container, item) != SUCCESS {
            return FAILURE;
        }
        let index = queue.container.length - 1;
        if !backpointer.is_null() || !queue.backpointers.data.is_null() {
            if place(queue, index, backpointer) != SUCCESS {
                aws_array_list_pop_back(&mut queue.container);
                return FAILURE;
            }
            tell(queue, index, index);
        }
        rise(queue, index);
    }
    SUCCESS
}

/// Notes who wants to know the place of the last item. A queue over fixed memory has no room for that.
///
/// # Safety
/// The node lives as long as the item is in the queue.
unsafe fn place(queue: &mut aws_priority_queue, index: usize, mut backpointer: Node) -> c_int {
    let places = &mut queue.backpointers;
    if places.alloc.is_null() {
        let alloc = queue.container.alloc;
        if alloc.is_null() {
            return raise(AWS_ERROR_UNSUPPORTED_OPERATION);
        }
        *places = aws_array_list { alloc, item_size: size_of::<Node>(), ..NO_PLACES };
    }
    let mut nobody: Node = null_mut();
    // SAFETY: items of this list are pointers.
    unsafe {
        while places.length < index {
            let nobody = (&raw mut nobody).cast();
            if aws_array_list_push_back(places, nobody) != SUCCESS {
                return FAILURE;
            }
        }
        aws_array_list_push_back(places, (&raw mut backpointer).cast())
    }
}

/// Takes an item out.
///
/// # Safety
/// The index is within the queue, and `item` has room for one.
unsafe fn take(queue: &mut aws_priority_queue, place: *mut c_void, index: usize) -> c_int {
    let last = queue.container.length - 1;
    // SAFETY: as the caller promises.
    unsafe { aws_array_list_get_at(&queue.container, place, index) };
    if index != last {
        swap(queue, index, last);
    }
    tell(queue, last, NOWHERE);
    aws_array_list_pop_back(&mut queue.container);
    if !queue.backpointers.data.is_null() {
        aws_array_list_pop_back(&mut queue.backpointers);
    }
    if index != last && rise(queue, index) == index {
        sink(queue, index);
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_priority_queue_pop(
    queue: &mut aws_priority_queue,
    item: *mut c_void,
) -> c_int {
    match queue.container.length {
        0 => raise(AWS_ERROR_PRIORITY_QUEUE_EMPTY),
        // SAFETY: there is a first item, and room for it.
        _ => unsafe { take(queue, item, 0) },
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_priority_queue_remove(
    queue: &mut aws_priority_queue,
    item: *mut c_void,
    node: &aws_priority_queue_node,
) -> c_int {
    let index = node.current_index;
    if index >= queue.container.length || queue.backpointers.data.is_null() {
        return raise(AWS_ERROR_PRIORITY_QUEUE_BAD_NODE);
    }
    // SAFETY: within the queue, and there is room for the item.
    unsafe { take(queue, item, index) }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_top(
    queue: &aws_priority_queue,
    item: &mut *mut c_void,
) -> c_int {
    match queue.container.length {
        0 => raise(AWS_ERROR_PRIORITY_QUEUE_EMPTY),
        _ => aws_array_list_get_at_ptr(&queue.container, item, 0),
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_clear(queue: &mut aws_priority_queue) {
    for index in 0..queue.backpointers.length {
        tell(queue, index, NOWHERE);
    }
    aws_array_list_clear(&mut queue.backpointers);
    aws_array_list_clear(&mut queue.container);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_size(queue: &aws_priority_queue) -> usize {
    queue.container.length
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_capacity(queue: &aws_priority_queue) -> usize {
    aws_array_list_capacity(&queue.container)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_node_init(node: &mut MaybeUninit<aws_priority_queue_node>) {
    node.write(aws_priority_queue_node { current_index: NOWHERE });
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_priority_queue_node_is_in_queue(node: &aws_priority_queue_node) -> bool {
    node.current_index != NOWHERE
}
