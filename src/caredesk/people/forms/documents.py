"""A document of a patient: the file, and what one will look for it by."""

from django.conf import settings

from caredesk.files.forms import UploadField
from caredesk.files.rules.kinds import ALLOWED
from caredesk.files.rules.names import size_words
from caredesk.people.forms.fields import ChoiceField
from caredesk.people.queries.documents import KIND_WORDS
from caredesk.ui.fields import LineField, PastField
from caredesk.ui.forms import ActionForm
from caredesk.ui.typed import PartialDate, ReadingError


class DatedField(PastField):
    """The day that stands on a document: the whole of it."""

    def read(self, text: str) -> PartialDate:
        found = super().read(text)
        if found.precision != "day":
            raise ReadingError("Give the day, too, or leave it empty.")
        return found


class DocumentForm(ActionForm):
    """Ends in `add_document`."""

    file = UploadField(
        label="File", help_text=f"{ALLOWED}; up to {size_words(settings.CAREDESK_LARGEST_FILE)}."
    )
    title = LineField(label="What it is", help_text="As you would look for it: Medicare card 2026.")
    kind = ChoiceField(label="Kind", choices=list(KIND_WORDS.items()), initial="form")
    dated = DatedField(label="Date on it", required=False)

    def inputs(self) -> dict[str, object]:
        dated = self.cleaned_data["dated"]
        return super().inputs() | {"dated": dated and dated.value}

    def ask_for_the_file_again(self) -> None:
        """What was typed is kept; a file is kept by no browser."""
        if "file" not in self.errors:
            self.add_error("file", "Choose the file again.")


class WithdrawForm(ActionForm):
    """Ends in `withdraw_document`."""

    reason = LineField(label="Why", help_text="Kept on record; the document is shown no more.")
