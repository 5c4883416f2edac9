"""Which part of the log is wanted. Sent by GET: ids and days, never a patient's name."""

from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from caredesk.people.forms.fields import ChoiceField
from caredesk.privacy.access_log.forms.fields import PastDayField
from caredesk.privacy.access_log.queries.log import Key, Wanted
from caredesk.privacy.access_log.rules.period import ends, starts
from caredesk.privacy.access_log.rules.words import KINDS
from caredesk.ui.forms import PlainForm


class LogFilter(PlainForm):
    """`people` are the (id, name) to choose from; without them the person is not asked for."""

    who = ChoiceField(label="Who", required=False)
    kind = ChoiceField(label="What", required=False, choices=[("", "Everything"), *KINDS.items()])
    since = PastDayField(label="From", required=False)
    until = PastDayField(label="Until", required=False)

    def __init__(self, sent: QueryDict, people: Any = (), **options: Any) -> None:
        super().__init__(sent, **options)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = [("", "Everybody"), *people]
        if not people:
            del self.fields["who"]

    def wanted(self, zone: tzinfo) -> Wanted:
        """What was asked for; what cannot be read is told at its field and left out."""
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            who=UUID(said["who"]) if said.get("who") else None,
            since=starts(said["since"], zone) if said.get("since") else None,
            until=ends(said["until"], zone) if said.get("until") else None,
            kind=said.get("kind") or "",
            behind=read_key(str(self.data.get("behind", ""))),
        )

    def address(self, key: Key) -> str:
        """The same question, for what lies behind `key`."""
        asked = QueryDict(mutable=True)
        asked.update({name: self.data[name] for name in self.fields if self.data.get(name)})
        asked["behind"] = f"{key.at.isoformat()}_{key.id}"
        return f"?{asked.urlencode()}"


def read_key(text: str) -> Key | None:
    """Where the list goes on; from the beginning where that is no such place."""
    at, _, id = text.partition("_")
    try:
        found: datetime | None = parse_datetime(at)
        return Key(found, UUID(id)) if found and found.tzinfo else None
    except ValueError:
        return None
