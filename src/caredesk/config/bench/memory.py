"""How much memory processes take: PSS, in which what several share is counted once."""

from collections.abc import Iterable
from pathlib import Path

import psutil


def pss_mb(leaders: Iterable[int]) -> float:
    """The proportional set size of these processes and all below them, in MB."""
    return round(sum(_pss_kb(pid) for pid in _with_children(leaders)) / 1024, 1)


def _with_children(leaders: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for pid in leaders:
        try:
            process = psutil.Process(pid)
            found |= {pid, *(child.pid for child in process.children(recursive=True))}
        except psutil.NoSuchProcess:
            continue
    return found


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def cpu_seconds(leaders: Iterable[int]) -> float:
    """The processor time they have used so far, and those of their children that are gone."""
    found = 0.0
    for pid in _with_children(leaders):
        try:
            used = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        found += used.user + used.system + used.children_user + used.children_system
    return found
