"""The shape of what is typed about patients."""

from caredesk.people.forms.alerts import AlertForm
from caredesk.people.forms.contacts import AddressForm, EmailForm, PhoneForm
from caredesk.people.forms.details import DeathForm, DetailsForm
from caredesk.people.forms.documents import DocumentForm, WithdrawForm
from caredesk.people.forms.registering import RegisterForm
from caredesk.people.forms.relatives import CallerForm, CodeWordForm, RelativeForm

__all__ = [
    "AddressForm",
    "AlertForm",
    "CallerForm",
    "CodeWordForm",
    "DeathForm",
    "DetailsForm",
    "DocumentForm",
    "EmailForm",
    "PhoneForm",
    "RegisterForm",
    "RelativeForm",
    "WithdrawForm",
]
