"""`caredesk audit verify`."""

import argparse

from caredesk.audit import verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    verify.add_arguments(
        actions.add_parser("verify", help="is every sealed entry what was written?")
    )


def run(arguments: argparse.Namespace) -> int:
    return verify.run(arguments)
