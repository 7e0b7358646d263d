//! Which processors belong to one NUMA node.

use std::fs;

/// The processors of a node, as the kernel lists them; empty when there is no such node.
pub fn processors(node: u16) -> Vec<i32> {
    let path = format!("/sys/devices/system/node/node{node}/cpulist");
    fs::read_to_string(path).map(|list| parse(&list)).unwrap_or_default()
}

/// Reads `0-3,8,10-11`; a malformed piece counts as none.
fn parse(list: &str) -> Vec<i32> {
    let mut processors = Vec::new();
    for piece in list.trim().split(',') {
        let (first, last) = piece.split_once('-').unwrap_or((piece, piece));
        if let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) {
            processors.extend((first..=last).map(i32::from));
        }
    }
    processors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernel_lists_are_read() {
        assert_eq!(parse("0-2,8,10-11\n"), [0, 1, 2, 8, 10, 11]);
        assert_eq!(parse("5"), [5]);
        assert!(parse("").is_empty());
        assert_eq!(parse("x-3,4,9-"), [4]);
    }

    #[test]
    fn an_unknown_node_has_no_processors() {
        assert!(processors(u16::MAX).is_empty());
    }
}
