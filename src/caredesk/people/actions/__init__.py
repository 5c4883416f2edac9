"""Every change to patients and to what is known of them."""

from caredesk.people.actions.alerts import add_alert, end_alert, restore_alert
from caredesk.people.actions.changing import (
    change_patient,
    record_deceased,
    record_seen,
    restore_patient_details,
)
from caredesk.people.actions.code_words import check_code_word, end_code_word, set_code_word
from caredesk.people.actions.contacts import (
    add_address,
    add_email,
    add_phone,
    end_address,
    end_email,
    end_phone,
    restore_address,
    restore_email,
    restore_phone,
)
from caredesk.people.actions.documents import add_document, restore_document, withdraw_document
from caredesk.people.actions.glass import break_glass, end_glass
from caredesk.people.actions.identifiers import add_identifier, end_identifier, restore_identifier
from caredesk.people.actions.registering import (
    register_patient,
    withdraw_patient,
)
from caredesk.people.actions.relatives import (
    add_relative,
    change_relative,
    end_relative,
    restore_relative,
)
from caredesk.people.actions.restrictions import (
    admit_to_piece,
    end_restriction,
    restore_restriction,
    restrict_patient,
    restrict_piece,
)

__all__ = [
    "add_address",
    "add_alert",
    "add_document",
    "add_email",
    "add_identifier",
    "add_phone",
    "add_relative",
    "admit_to_piece",
    "break_glass",
    "change_patient",
    "change_relative",
    "check_code_word",
    "end_address",
    "end_alert",
    "end_code_word",
    "end_email",
    "end_glass",
    "end_identifier",
    "end_phone",
    "end_relative",
    "end_restriction",
    "record_deceased",
    "record_seen",
    "register_patient",
    "restore_address",
    "restore_alert",
    "restore_document",
    "restore_email",
    "restore_identifier",
    "restore_patient_details",
    "restore_phone",
    "restore_relative",
    "restore_restriction",
    "restrict_patient",
    "restrict_piece",
    "set_code_word",
    "withdraw_document",
    "withdraw_patient",
]
