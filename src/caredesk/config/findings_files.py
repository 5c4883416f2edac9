"""Files: are their keys here, and does the virus scanner answer where one is configured?"""

from collections.abc import Iterator

from django.conf import settings

from caredesk.config.findings import Finding, fail, ok
from caredesk.files import scanning
from caredesk.files.queries import uses_of_keys


def files() -> Iterator[Finding]:
    held = uses_of_keys()
    names = set(settings.CAREDESK_FILE_KEYS.names())
    missing = sorted(set(held) - names)
    for name in missing:
        yield fail(
            f"The key {name} is missing: {held[name]} files cannot be opened",
            "Put it back into CAREDESK_DATA/keys/files, from a backup or from keys/files/retired.",
        )
    if not missing:
        yield ok(f"The keys of {sum(held.values())} files are there")
    if scanning.is_configured():
        yield _scanner()


def _scanner() -> Finding:
    try:
        said = scanning.ping(settings.CAREDESK_CLAMD)
    except scanning.ScannerError:
        return fail(
            f"The virus scanner does not answer at {settings.CAREDESK_CLAMD}",
            "Start clamd: until then no file can be added.",
        )
    return ok(f"The virus scanner answers ({said.split('/')[0]})")
