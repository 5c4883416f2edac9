"""`caredesk manage`: Django's own commands. They run as the owner where the owner is known."""

import argparse

from django.core.management import execute_from_command_line
from django.db import connections

from caredesk.config.database import replace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="a command of Django and its arguments")


def run(arguments: argparse.Namespace) -> int:
    if "owner" in connections.settings:
        replace({"default": connections.settings["owner"]})
    execute_from_command_line(["caredesk manage", *arguments.words])
    return 0
