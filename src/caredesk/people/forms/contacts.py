"""How a patient is reached: one more number, address for mail, or address."""

from caredesk.people.forms.fields import PHONE_USES, ChoiceField, MailField, PhoneField
from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm


class PhoneForm(ActionForm):
    number = PhoneField(label="Number", help_text="With the area code; +… from abroad.")
    use = ChoiceField(label="Kind", choices=PHONE_USES, initial="mobile")


class EmailForm(ActionForm):
    address = MailField(label="E-mail address")


class AddressForm(ActionForm):
    line1 = LineField(label="Street and number")
    line2 = LineField(label="Apartment or unit", required=False)
    city = LineField(label="City", required=False)
    state = LineField(label="State", required=False)
    postal_code = LineField(label="ZIP code", required=False)
    use = ChoiceField(
        label="Kind",
        choices=[
            ("home", "Home"),
            ("work", "Work"),
            ("temporary", "Temporary"),
            ("billing", "For bills"),
        ],
        initial="home",
    )
