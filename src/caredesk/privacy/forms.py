"""What a reviewer says."""

from caredesk.people.forms.fields import ChoiceField
from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm

VERDICTS = [
    ("", "Choose …"),
    ("justified", "It was justified"),
    ("not_justified", "It was not justified"),
]


class ReviewForm(ActionForm):
    verdict = ChoiceField(label="Was it right to look?", choices=VERDICTS)
    words = LineField(label="Why", help_text="What you know of it, or what is to follow.")
