"""Names of files as they may be kept, shown and sent."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 120
_NEVER = re.compile(r'[<>:"/\\|?*]')
# Not the year of "Lab 12.11.2026".
_ENDING = re.compile(r"\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,4}$")
# Windows opens a device by these, whatever follows the dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def clean_name(name: str, extension: str, instead: str = "document") -> str:
    """A name without a path, without what hides or reorders letters, ending as its type does."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(each if _is_shown(each) else " " for each in last)
    words = " ".join(_NEVER.sub(" ", shown).split())
    stem = _ENDING.sub("", words).removesuffix(f".{extension}").strip(" .")
    if not stem or _DEVICES.fullmatch(stem.partition(".")[0]):
        stem = instead
    return f"{stem[: LONGEST - len(extension) - 1].rstrip(' .')}.{extension}"


def _is_shown(letter: str) -> bool:
    """No control characters, none that turn the direction of writing, none that cannot be seen."""
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition (RFC 6266, RFC 8187): the true name, and one in ASCII for the old."""
    kind = "inline" if inline else "attachment"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", plain).strip() or "document"
    header = f'{kind}; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"


def size_words(size: int) -> str:
    """0 bytes, 812 bytes, 24 kB, 3.1 MB"""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".0 MB", " MB")
