"""`caredesk practice create`: open a practice of your own in an empty database."""

import argparse

from django.db import transaction

from caredesk.access.actions import add_user
from caredesk.config.environment import CannotStart
from caredesk.config.preparing import bring_up_to_date
from caredesk.config.progress import say
from caredesk.config.terminal import ADMINISTRATOR, ask_password, refusals_said
from caredesk.practice.actions import add_site, name_organization
from caredesk.practice.queries import organization_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    create = actions.add_parser(
        "create",
        help="make the practice, its main site and its first manager",
        description="Make the practice, its main site and its first manager, all or nothing.",
        epilog=(
            "The manager's password is asked twice, or read as one line from standard input. "
            "Add everybody else with `caredesk user add`."
        ),
    )
    create.add_argument("name", help='the practice\'s name, as in "Elm Street Family Practice"')
    create.add_argument("--site", required=True, help='its main site, as in "Elm Street"')
    create.add_argument("--zone", required=True, help="the site's time zone: America/New_York")
    create.add_argument("--manager", required=True, help="the name the manager signs in with")
    create.add_argument("--manager-name", help="the manager's own name; default: the same")


def run(arguments: argparse.Namespace) -> int:
    """Make it, or say why not."""
    bring_up_to_date()
    if there := organization_name():
        raise CannotStart(
            f"{there} is in this database already: nothing was made. A database has one practice; "
            "choose an empty one with CAREDESK_DATA or DATABASE_URL."
        )
    password = ask_password(arguments.manager)
    # All or nothing: a practice that nobody can enter could not be made again.
    with refusals_said(), transaction.atomic():
        name_organization(name=arguments.name, by=ADMINISTRATOR)
        add_site(name=arguments.site, time_zone=arguments.zone, by=ADMINISTRATOR)
        add_user(
            username=arguments.manager,
            name=arguments.manager_name or arguments.manager,
            password=password,
            roles=["manager"],
            by=ADMINISTRATOR,
        )
    say(f"{arguments.name} is open. {arguments.manager} can sign in once `caredesk serve` runs.")
    return 0
