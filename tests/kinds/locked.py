"""ZIP archives locked with a password, which the standard library opens and does not make."""

import struct
import zlib


def locked_with(password: bytes, name: str, data: bytes) -> bytes:
    """A ZIP archive of one stored member, locked by the cipher of PKWARE's APPNOTE 6.1."""
    table = list(range(256))
    for _ in range(8):
        table = [n >> 1 ^ (0xEDB88320 if n & 1 else 0) for n in table]
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(before: int, byte: int) -> int:
        return before >> 8 ^ table[(before ^ byte) & 0xFF]

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = (keys[1] + (keys[0] & 0xFF)) * 134775813 + 1 & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    def enciphered(byte: int) -> int:
        word = keys[2] & 0xFFFF | 2
        key = word * (word ^ 1) >> 8 & 0xFF
        update(byte)
        return byte ^ key

    for byte in password:
        update(byte)
    check = zlib.crc32(data)
    head = bytes(11) + bytes([check >> 24])
    sealed = bytes(map(enciphered, head + data))
    common = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 0x21, check, len(sealed), len(data), len(name), 0)
    local = b"PK\3\4" + common + name.encode() + sealed
    entry = b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode()
    return local + entry + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
