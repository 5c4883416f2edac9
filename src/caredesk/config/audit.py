"""`caredesk audit`: verify, accept-loss, export."""

import argparse

from caredesk.audit import verify
from caredesk.config import audit_export


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    verifying = actions.add_parser("verify", help="is every sealed entry what was written?")
    verify.add_arguments(verifying)
    verifying.set_defaults(action=verify.run)
    accepting = actions.add_parser(
        "accept-loss", help="what a restored backup has lost is known: tell it no longer as wrong"
    )
    accepting.set_defaults(action=verify.accept_losses)
    exporting = actions.add_parser("export", help="a part of the log as FHIR R4 AuditEvents")
    audit_export.add_arguments(exporting)
    exporting.set_defaults(action=audit_export.run)


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.action(arguments))
