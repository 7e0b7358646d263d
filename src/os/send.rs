//! Writing to sockets, from memory and from files, without a signal when the peer is gone.

use std::fs::File;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};

use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// Whether [`send_file`] can do anything here.
pub const SENDS_FILES: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// A socket for a connection to `peer`. It does not block, other programs do not inherit it, and where it is the socket
/// that is told not to raise a signal, it has been told.
#[cfg(not(target_vendor = "apple"))]
pub fn tcp_socket(peer: SocketAddr) -> io::Result<Socket> {
    let kind = Type::STREAM.nonblocking().cloexec();
    Socket::new(Domain::for_address(peer), kind, Some(Protocol::TCP))
}

#[cfg(target_vendor = "apple")]
pub fn tcp_socket(peer: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(peer), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_cloexec(true)?;
    socket.set_nonblocking(true)?;
    socket.set_nosigpipe(true)?;
    Ok(socket)
}

/// Writes what the socket takes of several pieces of memory.
pub fn send(socket: &impl AsFd, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    #[cfg(target_vendor = "apple")]
    const FLAGS: i32 = 0;
    #[cfg(not(target_vendor = "apple"))]
    const FLAGS: i32 = libc::MSG_NOSIGNAL;
    match pieces {
        [only] => SockRef::from(socket).send_with_flags(only, FLAGS),
        several => SockRef::from(socket).send_vectored_with_flags(several, FLAGS),
    }
}

/// Sends up to `count` bytes of a file from `offset` on, straight from the system's cache of it. None sent means that
/// the system sees the end of the file.
///
/// Whether an error is the file's or the socket's, the system does not say.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn send_file(socket: &impl AsFd, file: &File, offset: u64, count: usize) -> io::Result<usize> {
    // The call knows no flag for it.
    let quiet = super::Quiet::begin();
    let mut offset = offset;
    let sent = rustix::fs::sendfile(socket, file, Some(&mut offset), count);
    // One that sent less may have met the end of the connection behind what it sent.
    if sent == Ok(count) || sent == Err(rustix::io::Errno::AGAIN) {
        quiet.end_undisturbed();
    }
    Ok(sent?)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn send_file(
    _socket: &impl AsFd,
    _file: &File,
    _offset: u64,
    _count: usize,
) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Has a socket use one network interface. None where the system cannot do that.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn bind_to(socket: &Socket, interface: &str) -> Option<io::Result<()>> {
    Some(socket.bind_device(Some(interface.as_bytes())))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn bind_to(_socket: &Socket, _interface: &str) -> Option<io::Result<()>> {
    None
}

/// Whether [`set_low_water`] can be relied upon: before Linux 5 a socket did not look, when it was told to wait for
/// less, whether that had come already.
pub fn has_low_water() -> bool {
    static HAS: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *HAS.get_or_init(|| {
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease");
        let major = release.ok().and_then(|text| text.split('.').next()?.parse::<u32>().ok());
        major.is_some_and(|major| major >= 5)
    })
}

/// Has a socket be called readable only when so many bytes have come, or the end of the connection, or as much as fits.
pub fn set_low_water(socket: &impl AsFd, bytes: u32) -> io::Result<()> {
    let bytes = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
    let descriptor = socket.as_fd().as_raw_fd();
    let size = size_of_val(&bytes) as libc::socklen_t;
    // SAFETY: the descriptor is borrowed, and the option is a number that is read while the call lasts.
    let set = unsafe {
        libc::setsockopt(
            descriptor,
            libc::SOL_SOCKET,
            libc::SO_RCVLOWAT,
            (&raw const bytes).cast(),
            size,
        )
    };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, Write};
    use std::net::{TcpListener, TcpStream};

    use super::super::Quiet;
    use super::*;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (ours, listener.accept().unwrap().0)
    }

    fn file(content: &[u8]) -> File {
        let path = std::env::temp_dir().join(format!("os-send-{:x}", fastrand::u64(..)));
        let mut file = File::options().create_new(true).read(true).write(true).open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        file.write_all(content).unwrap();
        file.rewind().unwrap();
        file
    }

    /// Whether SIGPIPE is raised on this thread meanwhile. A test program ignores the signal, but while it is blocked
    /// it is kept all the same.
    fn raised(during: impl FnOnce()) -> bool {
        let quiet = Quiet::begin();
        during();
        quiet.has_caught()
    }

    /// Sends until the connection is found broken.
    fn exhaust(mut send: impl FnMut() -> io::Result<usize>) -> io::Error {
        loop {
            match send() {
                Ok(0) => panic!("nothing sent"),
                Ok(_) => std::thread::sleep(std::time::Duration::from_millis(1)),
                Err(error) => return error,
            }
        }
    }

    #[test]
    fn pieces_arrive_in_order() {
        let (ours, mut theirs) = pair();
        let pieces = [IoSlice::new(b"ab"), IoSlice::new(b""), IoSlice::new(b"cde")];
        assert_eq!(send(&ours, &pieces).unwrap(), 5);
        drop(ours);
        let mut arrived = String::new();
        theirs.read_to_string(&mut arrived).unwrap();
        assert_eq!(arrived, "abcde");
    }

    #[test]
    fn a_broken_connection_raises_no_signal() {
        let file = file(&[7; 300_000]);
        // What the tests below would see, were it raised.
        assert!(raised(|| {
            let (ours, theirs) = pair();
            drop(theirs);
            exhaust(|| Ok(rustix::io::writev(&ours, &[IoSlice::new(b"x")])?));
        }));
        assert!(!raised(|| {
            let (ours, theirs) = pair();
            drop(theirs);
            exhaust(|| send(&ours, &[IoSlice::new(b"x"), IoSlice::new(b"y")]));
        }));
        if SENDS_FILES {
            assert!(!raised(|| {
                let (ours, theirs) = pair();
                drop(theirs);
                exhaust(|| send_file(&ours, &file, 0, 300_000));
            }));
        }
    }

    #[test]
    fn a_range_of_a_file() {
        if !SENDS_FILES {
            return;
        }
        let (ours, mut theirs) = pair();
        let file = file(b"0123456789");
        assert_eq!(send_file(&ours, &file, 3, 4).unwrap(), 4);
        assert_eq!(send_file(&ours, &file, 8, 4).unwrap(), 2);
        assert_eq!(send_file(&ours, &file, 10, 4).unwrap(), 0);
        drop(ours);
        let mut arrived = String::new();
        theirs.read_to_string(&mut arrived).unwrap();
        assert_eq!(arrived, "345689");
    }
}
