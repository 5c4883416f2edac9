"""Everything that can be done is an action, and this is how one runs.

An action is a plain typed function `verb_noun(..., *, by)`. Called, it checks the permission and
the input, runs in one transaction, and writes with one statement what is kept of it: the deed
(idempotency and undo), its audit rows, its events and their reactions' jobs. An action called
inside another joins its transaction and gets an audit row of its own that points to its parent.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar, cast, get_type_hints

import psycopg.errors
from django.db import IntegrityError, OperationalError, transaction
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model

from caredesk.kernel import deeds
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import ids_in, refuse_barred, with_sight
from caredesk.kernel.errors import Busy, Missing, NeedsProof, Refused
from caredesk.kernel.input_errors import refuse_input
from caredesk.kernel.once import KEPT
from caredesk.kernel.under_way import (
    Done,
    RunAgain,
    UnderWay,
    about,
    as_current,
    carry_on,
    current,
    lessons,
    refuse_if_barred,
    undo_with,
)

__all__ = [
    "Action",
    "Done",
    "RunAgain",
    "about",
    "action",
    "all_actions",
    "carry_on",
    "find_action",
    "lessons",
    "offered_actions",
    "refuse_if_barred",
    "undo_with",
]

P = ParamSpec("P")
R = TypeVar("R")

MOST_LESSONS = 8

_all: dict[str, "Action[..., Any]"] = {}
_TRY_AGAIN = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.UniqueViolation,  # somebody was first: the action's own check now says so
)


class Action[**P, R]:
    """A registered action: callable like its function, and by a door with `perform`."""

    def __init__(
        self,
        function: Callable[P, R],
        permission: str,
        no_undo: str,
        internal: bool,
        past_the_gate: bool,
        needs_proof: bool,
    ) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.name = function.__name__
        self.room = function.__module__.removeprefix("caredesk.").partition(".")[0]
        self.permission = permission
        self.no_undo = no_undo
        self.internal = internal
        self.past_the_gate = past_the_gate
        self.needs_proof = needs_proof
        self.summary = (inspect.getdoc(function) or "").partition("\n")[0]
        self._signature = inspect.signature(function)
        self.input = _input_model(function, self._signature)
        self.output: TypeAdapter[R] = TypeAdapter(get_type_hints(function)["return"])

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        given = dict(self._signature.bind(*args, **kwargs).arguments)
        by = given.pop("by")
        return self.perform(given, by=by).answer

    def perform(
        self, given: Mapping[str, Any] | bytes, *, by: Actor, key: str | None = None
    ) -> Done[R]:
        """Run with unchecked input: what a form holds, or JSON, whose types must be exact.

        `key` is the idempotency key: repeated by the same actor it gets the same answer, with
        other input it is refused.
        """
        if not by.may(self.permission):
            raise Refused(
                "You may not do this.", forbidden=True, next_step="Ask your practice manager."
            )
        checked = self._read(given)
        self._refuse_unproven(by)
        parent = current()
        by = with_sight(by)
        if not (self.past_the_gate or (parent and parent.past_the_gate)):
            for name, value in checked:
                refuse_barred(by, ids_in(value), name.replace("_", " "))
        if parent is not None:
            return self._run_nested(checked, by, parent)
        return self._run_outermost(checked, by, key)

    def _refuse_unproven(self, by: Actor) -> None:
        """Asked of nested ones, too: what undo gives back is no easier to have."""
        if not self.needs_proof or by.is_proven:
            return
        if by.kind == "user":
            raise NeedsProof(
                "This asks once more who you are, and that was some minutes ago.",
                forbidden=True,
                next_step="Prove it with your password or a passkey, and send this again.",
            )
        raise NeedsProof(
            "Only people do this: no program's token is good for it.",
            forbidden=True,
            next_step="Ask somebody who may to do it on the page.",
        )

    def _read(self, given: Mapping[str, Any] | bytes) -> BaseModel:
        try:
            if isinstance(given, bytes):
                return self.input.model_validate_json(given, strict=True)
            return self.input.model_validate(given)
        except ValidationError as error:
            raise refuse_input(error) from None

    def _call(self, checked: BaseModel, by: Actor) -> R:
        arguments: dict[str, Any] = {name: getattr(checked, name) for name in self._fields}
        return cast(Callable[..., R], self.function)(**arguments, by=by)

    @property
    def _fields(self) -> Mapping[str, Any]:
        return self.input.model_fields

    def _run_nested(self, checked: BaseModel, by: Actor, parent: UnderWay) -> Done[R]:
        if by.id != parent.by.id:
            raise RuntimeError(f"{self.name} is called for another actor than {parent.name}")
        past = self.past_the_gate or parent.past_the_gate
        running = UnderWay(self.name, by, parent=parent, past_the_gate=past)
        parent.nested.append(running)
        with as_current(running):
            answer = self._call(checked, by)
        return Done(answer, running.id)

    def _run_outermost(self, checked: BaseModel, by: Actor, key: str | None) -> Done[R]:
        input_hash = deeds.hash_input(checked) if key else None
        try:
            return self._run_with_one_retry(checked, by, key, input_hash)
        except Exception as error:
            # The key is looked up only now: the common case pays nothing for it.
            repeated = key and deeds.find_repeated(
                self.name, self.output, by, key, cast(bytes, input_hash)
            )
            if not repeated:
                if isinstance(error, Busy):
                    error.look_around()
                raise
            return cast(Done[R], repeated)

    def _run_with_one_retry(
        self, checked: BaseModel, by: Actor, key: str | None, input_hash: bytes | None
    ) -> Done[R]:
        try:
            return self._run_naming_losses(checked, by, key, input_hash)
        except (OperationalError, IntegrityError) as error:
            if not isinstance(error.__cause__, _TRY_AGAIN):
                raise
        try:
            return self._run_naming_losses(checked, by, key, input_hash)
        except IntegrityError as error:
            if not isinstance(error.__cause__, psycopg.errors.UniqueViolation):
                raise
            raise Busy(
                "Somebody has just done the same.", next_step="Reload the page and look first."
            ) from None

    def _run_naming_losses(
        self, checked: BaseModel, by: Actor, key: str | None, input_hash: bytes | None
    ) -> Done[R]:
        try:
            return self._run_until_learnt(checked, by, key, input_hash)
        except IntegrityError as error:
            if isinstance(error.__cause__, psycopg.errors.ForeignKeyViolation):
                raise Missing("record as one of those named here") from None
            raise

    def _run_until_learnt(
        self, checked: BaseModel, by: Actor, key: str | None, input_hash: bytes | None
    ) -> Done[R]:
        learnt: tuple[Any, ...] = ()
        while len(learnt) < MOST_LESSONS:
            try:
                return self._run_once(checked, by, key, input_hash, learnt)
            except RunAgain as again:
                learnt += (again.lesson,)
        raise Busy("Too much changes at this moment.", next_step="Try again.")

    def _run_once(
        self,
        checked: BaseModel,
        by: Actor,
        key: str | None,
        input_hash: bytes | None,
        learnt: tuple[Any, ...],
    ) -> Done[R]:
        running = UnderWay(self.name, by, lessons=learnt, past_the_gate=self.past_the_gate)
        with transaction.atomic(), as_current(running):
            answer = self._call(checked, by)
            kept = self.output.dump_json(answer, context=KEPT).decode() if key else None
            deeds.write(running, self.no_undo, key, input_hash, kept)
        return Done(answer, running.carries_on or running.id, can_undo=running.inverse is not None)


def action(
    permission: str,
    *,
    no_undo: str = "",
    internal: bool = False,
    past_the_gate: bool = False,
    needs_proof: bool = False,
) -> Callable[[Callable[P, R]], Action[P, R]]:
    """Register a function as an action that needs `permission`.

    It either calls `undo_with(...)` or says in `no_undo`, in the user's words, why it cannot be
    undone. An `internal` one is reached by undo, by reactions and by the screen itself: the doors
    to programs do not offer it. One that is `past_the_gate` may name whom the actor may not see: it
    looks after that itself. One that `needs_proof` gives somebody's way in away: at whatever
    door, it is done only by who has just proved who they are.
    """

    def register(function: Callable[P, R]) -> Action[P, R]:
        if function.__name__ in _all:
            raise RuntimeError(f"two actions are named {function.__name__}")
        made: Action[P, R] = Action(
            function, permission, no_undo, internal, past_the_gate, needs_proof
        )
        _all[made.name] = made
        return made

    return register


def offered_actions() -> dict[str, Action[..., Any]]:
    """The actions that a door may offer, by name."""
    return {name: each for name, each in all_actions().items() if not each.internal}


def all_actions() -> dict[str, Action[..., Any]]:
    """Every action by its name."""
    return dict(sorted(_all.items()))


def find_action(name: str) -> Action[..., Any]:
    try:
        return _all[name]
    except KeyError:
        raise Missing("action") from None


def _input_model(function: Callable[..., Any], signature: inspect.Signature) -> type[BaseModel]:
    """The pydantic model of the function's parameters but `by`; unknown ones are refused."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        name: (hints[name], ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in signature.parameters.items()
        if name != "by"
    }
    title = "".join(part.capitalize() for part in function.__name__.split("_"))
    return create_model(title, __config__=ConfigDict(extra="forbid"), **fields)
