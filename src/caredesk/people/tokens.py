"""Which patients a program is let in for: the answer to the port of `access.tokens`."""

from collections.abc import Iterable
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.kernel.looks import seen
from caredesk.people.models import Patient
from caredesk.people.rules.record_numbers import read_record_number


class Known:
    """Those who are registered; a merged record stands for the one that survives it."""

    def by_number(self, viewer: Actor, typed: Iterable[str]) -> dict[str, UUID]:
        digits = {text: read_record_number(text) for text in typed}
        wanted = {text: int(found) for text, found in digits.items() if found and len(found) < 10}
        rows = Patient.objects.filter(number__in=wanted.values(), withdrawn_at__isnull=True)
        ids = dict(rows.values_list("number", "identity_id"))
        seen(viewer, ids.values())
        return {text: ids[number] for text, number in wanted.items() if number in ids}

    def surviving(self, viewer: Actor, ids: Iterable[UUID]) -> list[UUID]:
        wanted = set(ids)
        rows = Patient.objects.filter(pk__in=wanted, withdrawn_at__isnull=True)
        found = dict(rows.values_list("id", "identity_id"))
        if found.keys() != wanted:
            raise Missing("patient")
        return sorted(set(found.values()))
