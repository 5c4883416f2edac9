"""What is typed on the pages of the calendar."""

from caredesk.scheduling.forms.booking import BookForm, MoveForm
from caredesk.scheduling.forms.cancelling import CancelForm
from caredesk.scheduling.forms.choosing import ChooseForm
from caredesk.scheduling.forms.finding import FindForm, Gap
from caredesk.scheduling.forms.restricting import RestrictVisitForm
from caredesk.scheduling.forms.setup import Setup

__all__ = [
    "BookForm",
    "CancelForm",
    "ChooseForm",
    "FindForm",
    "Gap",
    "MoveForm",
    "RestrictVisitForm",
    "Setup",
]
