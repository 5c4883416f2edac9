"""Where an upload waits while it is checked: a temporary file that only this process can read.

Its pieces are encrypted with a key that is never written down, so that neither a disk, nor a
backup of it, nor a crash shows what was in it. In memory there is one piece at a time.
"""

import hashlib
import io
import tempfile
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PIECE = 64 * 1024
_SEALED = _PIECE + 16


class Spool(io.BufferedIOBase):
    """Written from beginning to end, then read anywhere."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  closed with us
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._tail = bytearray()
        self._pieces = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._at = 0
        self.size = 0

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: "io._ReadableBuffer", /) -> int:  # type: ignore[name-defined]
        """Append, wherever one has read."""
        added = memoryview(data).cast("B")
        self._tail += added
        self.size += len(added)
        while len(self._tail) >= _PIECE:
            self._keep(bytes(self._tail[:_PIECE]))
            del self._tail[:_PIECE]
        return len(added)

    def _keep(self, piece: bytes) -> None:
        self._file.seek(self._pieces * _SEALED)
        self._file.write(self._cipher.encrypt(self._pieces.to_bytes(12), piece, None))
        self._pieces += 1

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self.size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        found = bytearray()
        while len(found) < wanted:
            number, within = divmod(self._at, _PIECE)
            part = self._piece(number)[within : within + wanted - len(found)]
            found += part
            self._at += len(part)
        return bytes(found)

    read1 = read

    def _piece(self, number: int) -> bytes:
        if number == self._pieces:
            return bytes(self._tail)
        if self._held[0] != number:
            self._file.seek(number * _SEALED)
            sealed = self._file.read(_SEALED)
            self._held = (number, self._cipher.decrypt(number.to_bytes(12), sealed, None))
        return self._held[1]

    def pieces(self, length: int) -> Iterator[bytes]:
        """All of it, in pieces of this length."""
        self.seek(0)
        while piece := self.read(length):
            yield piece

    def fingerprint(self) -> str:
        found = hashlib.sha256()
        for piece in self.pieces(_PIECE):
            found.update(piece)
        return found.hexdigest()

    def close(self) -> None:
        self._file.close()
        super().close()
