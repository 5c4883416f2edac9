"""The demo practice: `caredesk demo`, and what `caredesk serve` asks about it."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments yet."""


def run(arguments: argparse.Namespace) -> int:
    create()
    return 0


def create() -> None:
    """Make the demo practice if the database is empty; do nothing otherwise."""


def clock_offset() -> float:
    """Seconds by which the clock is moved; 0 where the practice is a real one."""
    return 0.0


def sign_ins() -> list[tuple[str, str, str]]:
    """Username, password and who it is; empty where the practice is a real one."""
    return []
