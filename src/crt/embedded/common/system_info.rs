//! The machine: processors, their groups, the size of a page.

use super::*;

/// A number that the system knows, at least 1.
fn ask(what: c_int) -> usize {
    // SAFETY: sysconf takes any number.
    usize::try_from(unsafe { libc::sysconf(what) }).unwrap_or(1).max(1)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_system_info_processor_count() -> usize {
    ask(libc::_SC_NPROCESSORS_ONLN)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_system_info_page_size() -> usize {
    ask(libc::_SC_PAGESIZE)
}

/// Processors of a NUMA node; all of them, as one node, where the system does not tell.
fn group(index: u16) -> Vec<i32> {
    let list = std::fs::read_to_string(format!("/sys/devices/system/node/node{index}/cpulist"));
    match list {
        Ok(list) => parse_list(&list),
        Err(_) if index == 0 => (0..aws_system_info_processor_count() as i32).collect(),
        Err(_) => Vec::new(),
    }
}

/// Numbers of a list such as `0-3,8`.
fn parse_list(list: &str) -> Vec<i32> {
    let ranges = list.trim().split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse().ok()?..=last.parse().ok()?)
    });
    ranges.flatten().collect()
}

/// Whether the processor is not the first one of its core.
fn shares_core(cpu: i32) -> bool {
    let path = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
    let siblings = std::fs::read_to_string(path).map(|list| parse_list(&list));
    siblings.ok().and_then(|siblings| siblings.first().copied()).is_some_and(|first| first != cpu)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_get_cpu_group_count() -> u16 {
    let nodes = (1..u16::MAX).take_while(|index| {
        std::path::Path::new(&format!("/sys/devices/system/node/node{index}")).exists()
    });
    nodes.count() as u16 + 1
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_get_cpu_count_for_group(group_idx: u16) -> usize {
    group(group_idx).len()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_get_cpu_ids_for_group(
    group_idx: u16,
    cpu_ids_array: *mut aws_cpu_info,
    cpu_ids_array_length: usize,
) {
    let cpus = group(group_idx);
    for index in 0..cpu_ids_array_length {
        let info = match cpus.get(index) {
            Some(&cpu_id) => aws_cpu_info { cpu_id, suspected_hyper_thread: shares_core(cpu_id) },
            None => aws_cpu_info { cpu_id: -1, suspected_hyper_thread: false },
        };
        // SAFETY: the array has that many elements.
        unsafe { cpu_ids_array.add(index).write(info) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_listed() {
        assert_eq!(parse_list("0-2,5\n"), [0, 1, 2, 5]);
        assert_eq!(parse_list("x"), Vec::<i32>::new());
        assert!(aws_system_info_processor_count() >= 1);
        assert!(aws_system_info_page_size().is_power_of_two());
        let mut infos = [aws_cpu_info { cpu_id: -7, suspected_hyper_thread: true }; 2];
        // SAFETY: two elements.
        unsafe { aws_get_cpu_ids_for_group(u16::MAX - 1, infos.as_mut_ptr(), 2) };
        assert!(infos.iter().all(|info| info.cpu_id == -1));
        assert!(aws_get_cpu_count_for_group(0) >= 1);
    }
}
