"""What is said of a try that must wait, or that was wrong."""

from django.forms import Form
from django.http import HttpRequest

from caredesk.access.models import User
from caredesk.access.sign_in.record import record_turned_away
from caredesk.access.waits.gate import Try
from caredesk.access.waits.words import wait_words


def tell_wait(request: HttpRequest, form: Form, attempt: Try, user: User | None, what: str) -> None:
    """In the form; the first time in a wait also in the audit log. `what` is a password or code."""
    if attempt.until is None:
        return
    form.add_error(None, f"Too many wrong {what}s were typed. {wait_words(attempt.until)}")
    if attempt.is_first:
        record_turned_away(request, user, what)


def next_step(attempt: Try) -> str:
    """After a wrong one: try again, or the wait that begins now."""
    return wait_words(attempt.then) if attempt.then else "Try again."
