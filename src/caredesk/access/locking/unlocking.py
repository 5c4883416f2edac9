"""Opening a locked session: here, or of those that are aside at this browser."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from caredesk.access.factors.recent import forget_proof
from caredesk.access.locking import state
from caredesk.access.locking.records import record
from caredesk.access.locking.seats import make_room, seat_of
from caredesk.access.locking.ways import Answered, ways
from caredesk.access.models import Session, User
from caredesk.access.sessions import SessionStore
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try. With none left the session has ended.

    `until`: it came in a wait, was not checked and counts as none.
    """

    is_open: bool = False
    left: int = 0
    until: datetime | None = None
    pin_is_out: bool = False


def holder_here(request: HttpRequest) -> Actor | None:
    """Whose session the browser's cookie names, locked or not."""
    session = request.session
    return session.holder() if isinstance(session, SessionStore) else None


def try_to_open(request: HttpRequest, wanted: UUID) -> Tried:
    """Open the session with one of the ways that the form answers.

    It is the browser's own, or one that is aside here: then the browser changes to it, and the
    one that had it is locked in its place. Any other is `Missing`, and so is an open one.
    """
    here = holder_here(request)
    with transaction.atomic():
        holder = _held(request, here, wanted)
        if holder is None:
            raise Missing("session", next_step="Sign in again.")
        answered = _answered(request, User.objects.get(pk=holder.id))
        if answered.until is not None:
            return Tried(until=answered.until)
        if not answered.opens:
            return _failed(request, holder, wanted, answered)
        state.unlock(wanted)
        if here is not None and here.session == wanted:
            record("unlock", holder, request)
        else:
            _change_to(request, wanted, holder, here)
        if not answered.proves:
            forget_proof(request)
        return Tried(is_open=True)


def lock(request: HttpRequest, holder: Actor, how: str, **more: Any) -> None:
    """Nobody's until it is opened. `how` is "idle", "asked" or "aside"."""
    with transaction.atomic():
        if holder.session is not None and state.lock(holder.session):
            record("lock", holder, request, how=how, **more)


def put_aside(request: HttpRequest) -> None:
    """Lock the session and take it from this browser, for somebody else to sign in."""
    holder = holder_here(request)
    if holder is None:
        return
    with transaction.atomic():
        ended = make_room(request, holder.session)
        lock(
            request, holder, "aside", **({"ended": [str(each) for each in ended]} if ended else {})
        )
    request.session = SessionStore(None)  # the cookie goes with the answer


def leave(request: HttpRequest, wanted: UUID) -> None:
    """End a session of this browser without opening it: that is no secret's business."""
    here = holder_here(request)
    with transaction.atomic():
        holder = _held(request, here, wanted)
        if holder is None:
            return
        record("sign-out", holder, request)
        state.end([wanted])
    if here is not None and here.session == wanted:
        request.session = SessionStore(None)


def _held(request: HttpRequest, here: Actor | None, wanted: UUID) -> Actor | None:
    """Whose session it is, its row held until the transaction ends."""
    store = _store_of(request, here, wanted) if state.hold(wanted) else None
    return store.holder() if store else None


def _store_of(request: HttpRequest, here: Actor | None, wanted: UUID) -> SessionStore | None:
    """The browser's own; of the others at its seat only one that is locked.

    Else a copied cookie and a PIN would take a session from under its holder's hands.
    """
    if here is not None and here.session == wanted and isinstance(request.session, SessionStore):
        return request.session
    seat = seat_of(request)
    found = Session.objects.filter(public_id=wanted, seat=seat).first() if seat else None
    store = SessionStore(found.session_key) if found else None
    return store if store and store.is_locked else None


def _answered(request: HttpRequest, user: User) -> Answered:
    """By the first of the ways that opens, or what is to be said of the one that was tried."""
    answered = Answered()
    for name, way in ways().items():
        if answer := request.POST.get(name, ""):
            answered = way.answer(request, user, answer)
            if answered.opens:
                return answered
    return answered


def _failed(request: HttpRequest, holder: Actor, wanted: UUID, answered: Answered) -> Tried:
    left = state.count_failure(wanted)
    record("failed-unlock", holder, request, tries_left=left)
    if left == 0:
        state.end([wanted])
        if holder_here(request) == holder:
            request.session = SessionStore(None)
    return Tried(left=left, pin_is_out=answered.pin_is_out)


def _change_to(request: HttpRequest, wanted: UUID, holder: Actor, here: Actor | None) -> None:
    if here is not None:
        lock(request, here, "aside")
    record("switch", holder, request, **({"from": str(here.id)} if here else {}))
    request.session = SessionStore(state.renew_key(wanted))
    request.session.modified = True  # the cookie comes with the answer
