//! The linked list whose links live in the caller's structs. C and C++ programs have it inline.
//!
//! Everything goes through raw pointers: nodes point at each other, and both sides of the boundary change them.
#![allow(clippy::missing_safety_doc)] // one promise for all: lists are initialised, nodes are linked where it says so

use super::*;

type List = aws_linked_list;
type Node = aws_linked_list_node;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_node_reset(node: *mut Node) {
    // SAFETY: a node of the caller's.
    unsafe { node.write(Node { next: core::ptr::null_mut(), prev: core::ptr::null_mut() }) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_init(list: *mut List) {
    // SAFETY: memory for a list.
    unsafe {
        let (head, tail) = (&raw mut (*list).head, &raw mut (*list).tail);
        head.write(Node { next: tail, prev: core::ptr::null_mut() });
        tail.write(Node { next: core::ptr::null_mut(), prev: head });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_empty(list: *const List) -> bool {
    // SAFETY: a list.
    unsafe { core::ptr::eq((*list).head.next, &raw const (*list).tail) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_is_valid(list: *const List) -> bool {
    // SAFETY: NULL or a list.
    unsafe { list.as_ref() }.is_some_and(|list| {
        !list.head.next.is_null()
            && list.head.prev.is_null()
            && !list.tail.prev.is_null()
            && list.tail.next.is_null()
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_node_next_is_valid(node: *const Node) -> bool {
    // SAFETY: NULL or a node, whose links are NULL or nodes.
    unsafe {
        let next = node.as_ref().and_then(|node| node.next.as_ref());
        next.is_some_and(|next| core::ptr::eq(next.prev, node))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_node_prev_is_valid(node: *const Node) -> bool {
    // SAFETY: NULL or a node, whose links are NULL or nodes.
    unsafe {
        let prev = node.as_ref().and_then(|node| node.prev.as_ref());
        prev.is_some_and(|prev| core::ptr::eq(prev.next, node))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_is_valid_deep(list: *const List) -> bool {
    // SAFETY: NULL or a list, whose links are NULL or nodes.
    unsafe {
        if !aws_linked_list_is_valid(list) {
            return false;
        }
        let mut node = &raw const (*list).head;
        while !core::ptr::eq(node, &raw const (*list).tail) {
            if !aws_linked_list_node_next_is_valid(node) {
                return false;
            }
            node = (*node).next;
        }
        true
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_node_is_in_list(node: *mut Node) -> bool {
    // SAFETY: passed on.
    unsafe { aws_linked_list_node_prev_is_valid(node) && aws_linked_list_node_next_is_valid(node) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_begin(list: *const List) -> *mut Node {
    // SAFETY: a list.
    unsafe { (*list).head.next }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_end(list: *const List) -> *const Node {
    // SAFETY: a list.
    unsafe { &raw const (*list).tail }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_rbegin(list: *const List) -> *mut Node {
    // SAFETY: a list.
    unsafe { (*list).tail.prev }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_rend(list: *const List) -> *const Node {
    // SAFETY: a list.
    unsafe { &raw const (*list).head }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_front(list: *const List) -> *mut Node {
    // SAFETY: a list.
    unsafe { (*list).head.next }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_back(list: *const List) -> *mut Node {
    // SAFETY: a list.
    unsafe { (*list).tail.prev }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_next(node: *const Node) -> *mut Node {
    // SAFETY: a node.
    unsafe { (*node).next }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_prev(node: *const Node) -> *mut Node {
    // SAFETY: a node.
    unsafe { (*node).prev }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_insert_after(after: *mut Node, to_add: *mut Node) {
    // SAFETY: `after` is linked and not the end mark.
    unsafe {
        let next = (*after).next;
        to_add.write(Node { next, prev: after });
        (*next).prev = to_add;
        (*after).next = to_add;
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_insert_before(before: *mut Node, to_add: *mut Node) {
    // SAFETY: `before` is linked and not the mark before the first node.
    unsafe { aws_linked_list_insert_after((*before).prev, to_add) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_remove(node: *mut Node) {
    // SAFETY: the node is linked.
    unsafe {
        let Node { next, prev } = *node;
        (*prev).next = next;
        (*next).prev = prev;
        aws_linked_list_node_reset(node);
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_swap_nodes(a: *mut Node, b: *mut Node) {
    if a == b {
        return;
    }
    let mut mark = Node { next: core::ptr::null_mut(), prev: core::ptr::null_mut() };
    // SAFETY: both are linked. A mark holds the place of `a`, so that neighbours need no special case.
    unsafe {
        aws_linked_list_insert_after(a, &mut mark);
        aws_linked_list_remove(a);
        aws_linked_list_insert_after(b, a);
        aws_linked_list_remove(b);
        aws_linked_list_insert_after(&mut mark, b);
        aws_linked_list_remove(&mut mark);
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_push_back(list: *mut List, node: *mut Node) {
    // SAFETY: a list.
    unsafe { aws_linked_list_insert_before(&raw mut (*list).tail, node) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_push_front(list: *mut List, node: *mut Node) {
    // SAFETY: a list.
    unsafe { aws_linked_list_insert_after(&raw mut (*list).head, node) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_pop_back(list: *mut List) -> *mut Node {
    // SAFETY: a list with a node.
    unsafe {
        let node = aws_linked_list_back(list);
        aws_linked_list_remove(node);
        node
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_pop_front(list: *mut List) -> *mut Node {
    // SAFETY: a list with a node.
    unsafe {
        let node = aws_linked_list_front(list);
        aws_linked_list_remove(node);
        node
    }
}

/// Moves all nodes of `src` between `after` and the node behind it.
unsafe fn move_all(after: *mut Node, src: *mut List) {
    // SAFETY: `after` is linked in another list and not its end mark.
    unsafe {
        if aws_linked_list_empty(src) {
            return;
        }
        let (first, last, next) = ((*src).head.next, (*src).tail.prev, (*after).next);
        (*first).prev = after;
        (*after).next = first;
        (*last).next = next;
        (*next).prev = last;
        aws_linked_list_init(src);
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_move_all_back(dst: *mut List, src: *mut List) {
    // SAFETY: two lists.
    unsafe { move_all((*dst).tail.prev, src) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_move_all_front(dst: *mut List, src: *mut List) {
    // SAFETY: two lists.
    unsafe { move_all(&raw mut (*dst).head, src) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_linked_list_swap_contents(a: *mut List, b: *mut List) {
    let mut held = core::mem::MaybeUninit::uninit();
    let held: *mut List = held.as_mut_ptr();
    // SAFETY: two lists, and a third one that stays in place.
    unsafe {
        aws_linked_list_init(held);
        aws_linked_list_move_all_back(held, a);
        aws_linked_list_move_all_back(a, b);
        aws_linked_list_move_all_back(b, held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe fn order(list: *mut List, nodes: *mut Node) -> Vec<isize> {
        let mut seen = Vec::new();
        // SAFETY: the nodes of the list are in the array.
        unsafe {
            assert!(aws_linked_list_is_valid_deep(list));
            let mut node = aws_linked_list_begin(list);
            while !core::ptr::eq(node, aws_linked_list_end(list)) {
                seen.push(node.offset_from(nodes));
                node = aws_linked_list_next(node);
            }
        }
        seen
    }

    #[test]
    fn nodes_move_between_lists() {
        let none = Node { next: core::ptr::null_mut(), prev: core::ptr::null_mut() };
        let mut nodes = [none; 5];
        let nodes = nodes.as_mut_ptr();
        let mut lists = [List { head: none, tail: none }; 2];
        let (a, b) = (lists.as_mut_ptr(), lists.as_mut_ptr().wrapping_add(1));
        // SAFETY: lists and nodes stay in place.
        unsafe {
            aws_linked_list_init(a);
            aws_linked_list_init(b);
            assert!(aws_linked_list_empty(a));
            for index in 0..3 {
                aws_linked_list_push_back(a, nodes.add(index));
            }
            aws_linked_list_push_front(b, nodes.add(3));
            aws_linked_list_swap_nodes(nodes, nodes.add(1));
            assert_eq!(order(a, nodes), [1, 0, 2]);
            aws_linked_list_swap_nodes(nodes.add(2), nodes.add(3));
            assert_eq!((order(a, nodes), order(b, nodes)), (vec![1, 0, 3], vec![2]));
            aws_linked_list_swap_contents(a, b);
            aws_linked_list_move_all_front(a, b);
            assert_eq!(order(a, nodes), [1, 0, 3, 2]);
            assert_eq!(aws_linked_list_pop_back(a), nodes.add(2));
            assert_eq!(aws_linked_list_pop_front(a), nodes.add(1));
            assert!(!aws_linked_list_node_is_in_list(nodes.add(1)));
            assert!(aws_linked_list_node_is_in_list(nodes));
        }
    }
}
