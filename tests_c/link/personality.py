"""Does every frame of a program that wants a personality routine have one?

Reads .eh_frame of a 64-bit little-endian ELF program. The personality of a group of frames (a CIE) is named by the
address of a slot; a slot that is neither filled by a relocation nor holds an address is what a linker leaves behind
when it throws the slot's section away. The first exception or panic through such a frame jumps to address 0."""

import pathlib
import struct

NOBITS, RELA, ALLOCATED = 8, 4, 2
INDIRECT, RELATIVE, SIGNED_4 = 0x80, 0x10, 0x0B


class Program:
    def __init__(self, path: pathlib.Path):
        self.data = path.read_bytes()
        (offset,) = struct.unpack_from("<Q", self.data, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.data, 0x3A)
        # name, type, flags, address, offset, size, link, info, alignment, entry size
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, offset + i * size) for i in range(count)]
        self.names = self.sections[names][4]
        self.relocated = {}
        for section in self.sections:
            if section[1] == RELA:
                for at in range(section[4], section[4] + section[5], 24):
                    where, info, addend = struct.unpack_from("<QQq", self.data, at)
                    self.relocated[where] = bool(addend or info >> 32)

    def text(self, at: int) -> str:
        return self.data[at : self.data.index(b"\0", at)].decode()

    def section(self, name: str) -> tuple:
        return next(section for section in self.sections if self.text(self.names + section[0]) == name)

    def filled(self, slot: int) -> bool:
        """Whether there is an address at this address when the program runs."""
        if slot in self.relocated:
            return self.relocated[slot]
        for _, kind, flags, address, offset, size, *_ in self.sections:
            if kind not in (0, NOBITS) and flags & ALLOCATED and address <= slot and slot + 8 <= address + size:
                return self.data[offset + slot - address :][:8] != bytes(8)
        return False


def number(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def has_personality(program: Program, at: int, address: int) -> bool | None:
    """Of the CIE whose version stands at `at`, loaded at `address` + `at`; None if it asks for none."""
    augmentation = program.text(at + 1)
    at += len(augmentation) + 2
    if not augmentation.startswith("z"):
        return None
    for _ in range(4):  # alignment of code and of data, the register of return addresses, the length of what follows
        _, at = number(program.data, at)
    for letter in augmentation[1:]:
        if letter == "P":
            encoding = program.data[at]
            if encoding & 0x0F != SIGNED_4:
                return None
            (value,) = struct.unpack_from("<i", program.data, at + 1)
            target = (address + at + 1 + value) % (1 << 64) if encoding & 0x70 == RELATIVE else value
            return bool(value) and (not encoding & INDIRECT or program.filled(target))
        at += 1
    return None


def lost(path: pathlib.Path) -> tuple[int, int]:
    """Frames that want a personality routine and have none, and all that want one."""
    program = Program(path)
    _, _, _, loaded, start, length, *_ = program.section(".eh_frame")
    asks, missing, frames = {}, 0, 0
    at = start
    while at < start + length:
        (size,) = struct.unpack_from("<I", program.data, at)
        if size:
            (back,) = struct.unpack_from("<I", program.data, at + 4)
            if back == 0:
                asks[at] = has_personality(program, at + 8, loaded - start)
            elif asks.get(at + 4 - back) is not None:
                frames += 1
                missing += not asks[at + 4 - back]
        at += 4 + size
    return missing, frames
