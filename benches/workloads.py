"""What is measured: the lines of the tables."""
import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"

MIB = 1 << 20
GIB = 1 << 30

# The original, this library in both modes, and this library as it once was.
PEER, HOST, EMBEDDED, BEFORE = "peer", "host", "embedded", "9593da4"
LIBRARIES = [PEER, HOST, EMBEDDED, BEFORE]
# A bare loop with so many connections.
LOOPS = {"loop-2": 2, "loop-8": 8}


@dataclasses.dataclass(frozen=True)
class Workload:
    """One line."""

    name: str
    op: str
    scheme: str
    size: int
    count: int
    in_flight: int
    options: tuple = ()
    # Of the server: milliseconds to the first byte, and 10^6 bytes per second and connection.
    first_byte_ms: int = 0
    connection_mb: int = 0
    # Something else computes on the client's core.
    neighbour: bool = False
    # Who does it, apart from the bare loop.
    libraries: tuple = tuple(LIBRARIES)
    # In which table it stands.
    table: str = "cost"
    # Of an object that is shorter than the name says.
    whole_size: int = 0

    @property
    def large(self):
        """What many bytes cost is told by the byte, what many objects cost by the object."""
        return max(self.size, self.whole_size) >= 256 * MIB

    def scaled(self, factor):
        """Fewer bytes: long objects get shorter, of others there are fewer."""
        if factor == 1:
            return self
        if "--send-file" in self.options or not self.large:
            # The file stays as long as it is.
            return dataclasses.replace(self, count=max(1, int(self.count * factor)))
        size = max(64 * MIB, int(self.size * factor) // (8 * MIB) * 8 * MIB)
        return dataclasses.replace(self, size=size, whole_size=self.size)

    @property
    def loops(self):
        """The bare loops that do the same."""
        plain = self.scheme == "http" and self.table == "cost" and not self.options and not self.first_byte_ms
        return tuple(LOOPS) if plain and 8 * GIB in (self.size, self.whole_size) else ()


def workloads():
    for scheme in ("http", "https"):
        for op in ("get", "put"):
            title = f"{op.upper()} {scheme}"

            def line(name, size, count, in_flight, *options, op=op, scheme=scheme, title=title, **more):
                return Workload(f"{title}, {name}", op, scheme, size, count, in_flight, options, **more)

            yield line("1 × 8 GiB", 8 * GIB, 1, 1)
            yield line("8 × 1 GiB", GIB, 8, 8)
            yield line("8 × 1 GiB, CRC32C", GIB, 8, 8, "--crc32c")
            yield line("1,000 × 1 MiB", MIB, 1000, 64)
            yield line("1,000 × 1 MiB, all at once", MIB, 1000, 1000)
            for size in (64, 4):
                for count, in_flight in ((2000, 1), (10000, 64), (10000, 512)):
                    name = f"{count:,} × {size} KiB" + ("" if in_flight == 64 else f", {in_flight} in flight")
                    yield line(name, size * 1024, count, in_flight)
            yield line("8 × 1 GiB, 20 ms to the first byte", GIB, 8, 8, first_byte_ms=20)
            if op == "put":
                yield line("8 × 1 GiB from a file", GIB, 8, 8, "--send-file", str(BUILD / "file"))
            yield line("1 × 8 GiB, busy neighbour", 8 * GIB, 1, 1, neighbour=True, table="neighbour")
            yield line("8 × 1 GiB, busy neighbour", GIB, 8, 8, neighbour=True, table="neighbour")
            for limit in (256, 16384):
                if scheme == "http":
                    options = ("--memory-limit", str(limit))
                    name = f"8 × 1 GiB, limit {limit} MiB"
                    yield line(name, GIB, 8, 8, *options, libraries=(EMBEDDED,), table="limit")
        yield from slow_servers(scheme)


def slow_servers(scheme):
    """Servers that hold each connection up, and a small object beside large ones."""

    def line(name, size, count, in_flight, *options, **more):
        return Workload(f"GET {scheme}, {name}", "get", scheme, size, count, in_flight, options, table="slow", **more)

    yield line("1 × 2 GiB, 16 MB/s each", 2 * GIB, 1, 1, connection_mb=16)
    yield line("1 × 2 GiB, 30 ms to the first byte", 2 * GIB, 1, 1, first_byte_ms=30)
    yield line("64 KiB alone", 64 * 1024, 200, 1)
    yield line("64 KiB beside 8 × 1 GiB", GIB, 8, 8, "--beside")
    yield line("64 KiB alone, 16 MB/s each", 64 * 1024, 200, 1, connection_mb=16)
    yield line("64 KiB beside 8 × 256 MiB, 16 MB/s each", 256 * MIB, 8, 8, "--beside", connection_mb=16)
