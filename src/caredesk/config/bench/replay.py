"""The floor of a read: the statements it sends, sent again by bare psycopg."""

from collections.abc import Sequence

from caredesk.config.bench import floor
from caredesk.config.bench.numbers import Times
from caredesk.config.bench.watching import Watched
from caredesk.kernel.ids import new_id

_LOGGED = "INSERT INTO audit_entry"


def replay(url: str, watched: Sequence[Watched], clients: int) -> Times:
    """Each operation's statements in one transaction."""
    return floor.run(url, [_transaction(each) for each in watched], clients)


def _transaction(watched: Watched) -> floor.Transaction:
    return [_anew(each.text, each.values) for each in watched.statements]


def _anew(text: str, values: floor.Values) -> floor.Statement:
    """The look is recorded again, as another row; its id is the first value."""
    if text.startswith(_LOGGED) and isinstance(values, list):
        return text, [new_id(), *values[1:]]
    return text, values
