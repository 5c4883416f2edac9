"""A field that takes a file and gives an examined one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from caredesk.files.examining import Examined, examine
from caredesk.files.refusing import NotKept
from caredesk.files.rules.kinds import KINDS
from caredesk.files.uploads import SpooledUpload

_ACCEPTED = ",".join(
    [*KINDS, *(f".{each.extension}" for each in KINDS.values()), ".jpeg", ".tiff", ".heif"]
)


class UploadField(forms.FileField):
    """Only what passed every check comes out of it; what did not says why, at the field."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages["empty"] = "This file is empty. Choose another."

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": _ACCEPTED}

    def clean(self, data: Any, initial: Any = None) -> Examined | None:
        sent = super().clean(data, initial)
        if not isinstance(sent, SpooledUpload):
            return None
        try:
            return examine(sent.spool, sent.name or "")
        except NotKept as refused:
            sent.refused = refused.why
            problem = refused.problems[0]
            raise ValidationError(f"{problem.message} {problem.next_step}") from None
