"""Secrets of this installation: made at the first start, kept in the data folder."""

import os
import secrets
import tempfile
from pathlib import Path


def key_kept_in(folder: Path, name: str) -> str:
    """The key of that name, made of 32 random bytes (as hex) when it is not there yet."""
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, secrets.token_hex(32))
    return path.read_text().strip()


def _write_once(path: Path, key: str) -> None:
    """Two processes may start at once: the first one's key stands."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # readable by us alone
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
