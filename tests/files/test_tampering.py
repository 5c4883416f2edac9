"""Somebody who can write every table still cannot make a file pass for another."""

import psycopg
import pytest
from tests.files.keeping import KEEPER, keep, read

from caredesk.config.embedded import Addresses
from caredesk.files import envelope
from caredesk.files.models import Attachment
from caredesk.files.queries import open_file
from caredesk.files.tests import samples
from caredesk.kernel import looks
from caredesk.kernel.errors import Missing
from caredesk.kernel.ids import new_id

LONG = b"a;b\n" * envelope.CHUNK


def as_owner(addresses: Addresses) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(addresses.owner, autocommit=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE files_attachment SET name = 'other.pdf' WHERE id = %(a)s",
        "UPDATE files_attachment SET media_type = 'application/pdf' WHERE id = %(a)s",
        "UPDATE files_attachment SET remarks = '{harmless}' WHERE id = %(a)s",
        "UPDATE files_attachment SET scanned = NOT scanned WHERE id = %(a)s",
        "UPDATE files_attachment SET kept_at = now() WHERE id = %(a)s",
        "UPDATE files_attachment SET size = size - 1 WHERE id = %(a)s",
        "UPDATE files_filekey SET wrapped = (SELECT wrapped FROM files_filekey WHERE "
        "attachment_id = %(b)s) WHERE attachment_id = %(a)s",
        "UPDATE files_chunk SET sealed = (SELECT sealed FROM files_chunk WHERE number = 0 AND "
        "attachment_id = %(b)s) WHERE number = 0 AND attachment_id = %(a)s",
        "UPDATE files_chunk SET sealed = (SELECT sealed FROM files_chunk WHERE number = 1 AND "
        "attachment_id = %(a)s) WHERE number = 0 AND attachment_id = %(a)s",
        "UPDATE files_chunk SET sealed = set_byte(sealed, 9, (get_byte(sealed, 9) + 1) %% 256) "
        "WHERE number = 1 AND attachment_id = %(a)s",
        "DELETE FROM files_chunk WHERE number = 2 AND attachment_id = %(a)s",
    ],
)
def test_rows_that_were_changed_or_exchanged_do_not_open(
    committed_db: None, addresses: Addresses, statement: str
) -> None:
    """By the owner, that is: the application's role cannot even try."""
    about = new_id()
    a, b = keep(LONG, "a.csv", about), keep(b"c" + LONG, "b.csv", about)
    with as_owner(addresses) as owner:
        owner.execute(statement, {"a": a.id, "b": b.id})
    with pytest.raises(envelope.TamperedError):
        read(Attachment.objects.get(pk=a.id))
    assert read(b)


def test_a_file_given_to_another_subject_does_not_open(
    committed_db: None, addresses: Addresses
) -> None:
    row, other = keep(samples.PDF, "a.pdf"), new_id()
    with as_owner(addresses) as owner:
        owner.execute("UPDATE files_attachment SET about = %s WHERE id = %s", [other, row.id])
    with looks.collecting("test"), pytest.raises(Missing):
        open_file(KEEPER, row.id, row.about)
    with looks.collecting("test"), pytest.raises(envelope.TamperedError):
        open_file(KEEPER, row.id, other)


def test_a_file_cut_at_the_end_of_a_chunk_does_not_open(
    committed_db: None, addresses: Addresses
) -> None:
    row = keep(LONG, "a.csv")
    with as_owner(addresses) as owner:
        owner.execute("DELETE FROM files_chunk WHERE number > 0 AND attachment_id = %s", [row.id])
        owner.execute(
            "UPDATE files_attachment SET size = %s WHERE id = %s", [envelope.CHUNK, row.id]
        )
    with pytest.raises(envelope.TamperedError):
        read(Attachment.objects.get(pk=row.id))
