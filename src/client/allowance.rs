//! How much memory this process may use: the least of what the machine, resource limits and control groups leave it.
//!
//! Everything is read from `/proc` and the mounted control groups, both versions, from the group of this process up to
//! the root that it can see. What cannot be read does not limit; elsewhere than on Linux nothing can.

use std::fs;
use std::path::{Path, PathBuf};

/// Bytes; `u64::MAX` when nothing is known.
pub fn usable_bytes() -> u64 {
    usable_below(Path::new("/"))
}

fn usable_below(root: &Path) -> u64 {
    let limits = [machine(root), resource_limits(root), control_groups(root)];
    limits.into_iter().flatten().min().unwrap_or(u64::MAX)
}

fn read(root: &Path, name: &str) -> Option<String> {
    fs::read_to_string(root.join(name)).ok()
}

fn machine(root: &Path) -> Option<u64> {
    let text = read(root, "proc/meminfo")?;
    let kib = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = kib.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// Address space and data, as far as they are limited.
fn resource_limits(root: &Path) -> Option<u64> {
    let text = read(root, "proc/self/limits")?;
    let soft = |line: &str| {
        let names = ["Max address space", "Max data size"];
        let values = names.iter().find_map(|name| line.strip_prefix(name))?;
        values.split_ascii_whitespace().next()?.parse::<u64>().ok()
    };
    text.lines().filter_map(soft).min()
}

fn control_groups(root: &Path) -> Option<u64> {
    let groups = read(root, "proc/self/cgroup")?;
    let mounts = read(root, "proc/self/mountinfo")?;
    let limit = |line: &str| {
        let mut fields = line.splitn(3, ':');
        let (_, controllers, group) = (fields.next()?, fields.next()?, fields.next()?);
        let version = if controllers.is_empty() {
            Version::Two
        } else if controllers.split(',').any(|name| name == "memory") {
            Version::One
        } else {
            return None;
        };
        let mount = mounts.lines().find_map(|line| Mount::of(line, version))?;
        mount.limit(root, group, version)
    };
    groups.lines().filter_map(limit).min()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Version {
    fn files(self) -> &'static [&'static str] {
        match self {
            Self::One => &["memory.limit_in_bytes"],
            Self::Two => &["memory.max", "memory.high"],
        }
    }
}

/// Where a hierarchy of control groups can be seen.
struct Mount {
    /// The group that is shown there.
    shown: String,
    point: String,
}

impl Mount {
    /// A line of `mountinfo`, if it is the hierarchy that limits memory.
    fn of(line: &str, version: Version) -> Option<Self> {
        let (place, kind) = line.split_once(" - ")?;
        let mut kind = kind.split(' ');
        let (name, options) = (kind.next()?, kind.nth(1).unwrap_or_default());
        let wanted = match version {
            Version::One => name == "cgroup" && options.split(',').any(|it| it == "memory"),
            Version::Two => name == "cgroup2",
        };
        let mut place = place.split(' ').skip(3);
        let (shown, point) = (place.next()?, place.next()?);
        let plain = |path: &str| path.replace("\\040", " ");
        wanted.then(|| Self { shown: plain(shown), point: plain(point) })
    }

    /// The least limit from a group up to the one that is shown.
    fn limit(&self, root: &Path, group: &str, version: Version) -> Option<u64> {
        let top = root.join(self.point.trim_start_matches('/'));
        // A group that lies elsewhere cannot be seen; the limits of the one that is shown apply all the same.
        let below = Path::new(group).strip_prefix(&self.shown).unwrap_or(Path::new(""));
        let mut place: PathBuf = top.join(below);
        let mut least: Option<u64> = None;
        loop {
            for file in version.files() {
                let limit = read(&place, file).and_then(|text| text.trim().parse::<u64>().ok());
                least = least.into_iter().chain(limit).min();
            }
            if place == top || !place.pop() {
                return least;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const GIB: u64 = 1 << 30;
    const MEMINFO: (&str, &str) = ("proc/meminfo", "MemTotal:        8388608 kB\nMemFree: 1 kB\n");

    /// A root directory made of these files.
    struct Root(PathBuf);

    impl Root {
        fn new(files: &[(&str, &str)]) -> Self {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("aws-c-s3-allowance-{}-{number}", std::process::id());
            let root = Self(std::env::temp_dir().join(name));
            for (path, text) in files {
                let path = root.0.join(path);
                fs::create_dir_all(path.parent().expect("a directory")).expect("created");
                fs::write(path, text).expect("written");
            }
            root
        }
    }

    impl Drop for Root {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn usable(files: &[(&str, &str)]) -> u64 {
        usable_below(&Root::new(files).0)
    }

    #[test]
    fn the_machine_is_the_last_bound() {
        assert_eq!(usable(&[]), u64::MAX);
        assert_eq!(usable(&[MEMINFO]), 8 * GIB);
        assert_eq!(usable(&[("proc/meminfo", "MemTotal: lots")]), u64::MAX);
        assert!(!cfg!(target_os = "linux") || usable_bytes() < u64::MAX);
    }

    #[test]
    fn resource_limits_bound() {
        let limits = |data: &str, space: &str| {
            let text = format!(
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max cpu time              unlimited            unlimited            seconds   \n\
                 Max data size             {data}            unlimited            bytes     \n\
                 Max address space         {space}           unlimited            bytes     \n"
            );
            usable(&[MEMINFO, ("proc/self/limits", &text)])
        };
        assert_eq!(limits("unlimited", "unlimited"), 8 * GIB);
        assert_eq!(limits("unlimited", "1073741824"), GIB);
        assert_eq!(limits("536870912", "1073741824"), GIB / 2);
        assert_eq!(limits("99999999999999", "unlimited"), 8 * GIB);
    }

    const UNIFIED: (&str, &str) = (
        "proc/self/mountinfo",
        "25 30 0:23 / /proc rw - proc proc rw\n\
         35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
    );

    #[test]
    fn every_group_on_the_way_up_bounds() {
        let group = ("proc/self/cgroup", "0::/system.slice/app.service\n");
        let at = |max: &str, high: &str, above: &str| {
            usable(&[
                MEMINFO,
                UNIFIED,
                group,
                ("sys/fs/cgroup/system.slice/app.service/memory.max", max),
                ("sys/fs/cgroup/system.slice/app.service/memory.high", high),
                ("sys/fs/cgroup/system.slice/memory.max", above),
            ])
        };
        assert_eq!(at("max\n", "max\n", "max\n"), 8 * GIB);
        assert_eq!(at("2147483648\n", "max\n", "max\n"), 2 * GIB);
        assert_eq!(at("2147483648\n", "1073741824\n", "max\n"), GIB);
        assert_eq!(at("2147483648\n", "max\n", "1073741824\n"), GIB);
    }

    #[test]
    fn inside_a_container_the_root_is_its_own() {
        let group = ("proc/self/cgroup", "0::/\n");
        let files = [MEMINFO, UNIFIED, group, ("sys/fs/cgroup/memory.max", "1073741824\n")];
        assert_eq!(usable(&files), GIB);
    }

    #[test]
    fn the_older_kind_has_a_hierarchy_for_memory() {
        let group =
            ("proc/self/cgroup", "11:cpu,cpuacct:/x\n4:memory:/docker/abc\n1:name=systemd:/x\n");
        let limit = ("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
        let cpu = ("sys/fs/cgroup/cpu/memory.limit_in_bytes", "1\n");
        // The mount shows the container's own group, or all of them.
        for shown in ["/docker/abc", "/docker", "/", "/elsewhere"] {
            let mounts = format!(
                "33 32 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n\
                 36 32 0:31 {shown} /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
            );
            let mounts = ("proc/self/mountinfo", mounts.as_str());
            assert_eq!(usable(&[MEMINFO, group, mounts, limit, cpu]), GIB, "{shown}");
        }
        let mounts = "36 32 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
        let inner = ("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "536870912\n");
        let files = [MEMINFO, group, ("proc/self/mountinfo", mounts), limit, inner];
        assert_eq!(usable(&files), GIB / 2);
        let unlimited = (inner.0, "9223372036854771712\n");
        let files = [MEMINFO, group, ("proc/self/mountinfo", mounts), unlimited];
        assert_eq!(usable(&files), 8 * GIB);
    }
}
