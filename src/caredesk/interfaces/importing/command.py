"""`caredesk import PATH...`: files into the database, with a report of what was refused and why."""

import argparse
from datetime import datetime
from pathlib import Path

from django.conf import settings

from caredesk.interfaces.importing.context import CANNOT_GO_ON
from caredesk.interfaces.importing.program import program
from caredesk.interfaces.importing.report import Report
from caredesk.interfaces.importing.run import keep_everything
from caredesk.interfaces.importing.screen import Screen
from caredesk.interfaces.importing.sources import Sources, find_files
from caredesk.kernel import looks
from caredesk.practice.queries import SiteLine, sites

_INTERRUPTED = 130
_EPILOG = """what is read:
  FHIR R4   .json, .json.gz (a bundle or one resource), .ndjson, .ndjson.gz (one a line)
  CSV       .csv, .tsv, also .gz: one patient a row, columns by their names; family and birth_date
            are needed, record_number is what a patient is found again by
  a folder  everything in it that is one of these

Importing a file again changes nothing; importing a changed file changes what has changed, but not
what was changed here since. docs/import.md tells all of it.

exit code: 0 everything was kept, 1 something was refused, 2 nothing could be done."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments and what `--help` says."""
    parser.epilog = _EPILOG
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen, and change nothing"
    )
    parser.add_argument(
        "--site",
        action="append",
        default=[],
        metavar="NAME=IDENTIFIER",
        help="an organisation in the files that is a site of ours, by its identifier "
        "(repeat for more)",
    )
    parser.add_argument(
        "--source",
        default="",
        metavar="SYSTEM",
        help="the system that the files come from (a URI): what ids and record numbers are of",
    )
    parser.add_argument(
        "--day-first", action="store_true", help="dates like 3/7/1974 in a CSV are 3 July"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="where the report goes, as CSV")


def run(arguments: argparse.Namespace) -> int:
    """Read, keep, report. The exit code says whether everything was kept."""
    screen = Screen()
    mapped = _read_sites(arguments.site, screen)
    if mapped is None:
        return 2
    report = Report()
    sources = Sources(report, arguments.source, arguments.day_first)
    ended = _go_through(arguments, sources, screen, mapped)
    _tell(report, screen, arguments, ended)
    return ended or (1 if report.has_refusals else 0)


def _go_through(
    arguments: argparse.Namespace,
    sources: Sources,
    screen: Screen,
    mapped: dict[str, SiteLine],
) -> int:
    """0 where everything was gone through, the exit code where it was not."""
    try:
        with looks.collecting("import"):
            try:
                _read(arguments.paths, sources, screen)
                keep_everything(sources, program(), screen, mapped, dry=arguments.dry_run)
            except KeyboardInterrupt:
                return _INTERRUPTED
    except CANNOT_GO_ON as error:
        screen.complain(f"The database cannot be reached any more ({type(error).__name__}).")
        return 2
    return 0


def _read(paths: list[Path], sources: Sources, screen: Screen) -> None:
    files = find_files(paths, sources.report)
    for number, (path, name) in enumerate(files):
        screen.progress("Reading files", number, len(files))
        sources.read(path, name)


def _read_sites(said: list[str], screen: Screen) -> dict[str, SiteLine] | None:
    """The sites by the identifiers that were said to be theirs; None where one is not known."""
    here = {site.name.casefold(): site for site in sites(program())}
    found = {}
    for each in said:
        name, equals, identifier = each.partition("=")
        site = here.get(name.strip().casefold())
        if site is None or not equals or not identifier.strip():
            names = ", ".join(site.name for site in here.values()) or "none yet"
            screen.complain(
                f"--site {each}: write it NAME=IDENTIFIER with the name of a site ({names})."
            )
            return None
        found[identifier.strip()] = site
    return found


def _tell(report: Report, screen: Screen, arguments: argparse.Namespace, ended: int) -> None:
    for line in report.lines():
        screen.say(line)
    if report.findings or arguments.report:
        path = arguments.report or _default_report()
        report.write(path)
        screen.say(f"The report: {path}")
    if arguments.dry_run:
        screen.say("This was a dry run: nothing was changed.")
    elif ended:
        screen.say("Interrupted. What is listed was kept; import again to go on from there.")


def _default_report() -> Path:
    folder = Path(settings.CAREDESK_DATA) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{datetime.now():%Y-%m-%d-%H%M%S}.csv"  # noqa: DTZ005  the machine's own clock
