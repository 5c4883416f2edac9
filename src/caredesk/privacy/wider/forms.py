"""What a reviewer says of access that was given."""

from caredesk.people.forms.fields import ChoiceField
from caredesk.privacy.wider.rules import LONGEST_WORDS
from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm

VERDICTS = [("", "Choose …"), ("right", "It was right"), ("not_right", "It was not right")]


class LookForm(ActionForm):
    verdict = ChoiceField(label="Was it right to give this?", choices=VERDICTS)
    words = LineField(
        label="Why", longest=LONGEST_WORDS, help_text="What you know of it, or what is to follow."
    )
