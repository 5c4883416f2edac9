"""Forms that end in an action: what is typed is kept, and every refusal finds its field."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from caredesk.kernel.action import Action, Done
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Busy, NeedsReason, Problem, Refused
from caredesk.kernel.ids import new_id
from caredesk.ui.drafts import FormDraft
from caredesk.ui.fields import TypedField
from caredesk.ui.rules import differing

type Choices = tuple[tuple[str, str], ...]

WHY = "Say why in a few words: it is kept with what you do."
NEVER_KEPT = {"hidden", "password", "file"}


class Renderer(DjangoTemplates):
    field_template_name = "ui/field.html"


class BoundTypedField(BoundField):
    """A field that also knows its words in return, and the choices a refusal offered for it.

    What came back of a draft stands in it in place of the initial value.
    """

    _of_the_page = False

    def value(self) -> Any:
        typed: Any = getattr(self.form, "typed", {})
        if self._of_the_page or not self.may_be_kept or self.html_name not in typed:
            return super().value()
        return self.field.prepare_value(
            self.field.widget.value_from_datadict(typed, MultiValueDict(), self.html_name)
        )

    def as_widget(
        self,
        widget: forms.Widget | None = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,
    ) -> SafeString:
        # A hidden initial value says what the page was made from, not what came back.
        self._of_the_page = only_initial
        rendered = super().as_widget(widget, attrs, only_initial)
        self._of_the_page = False
        return rendered

    @property
    def usual(self) -> list[str]:
        """What a browser would send of the untouched field."""
        widget, value = self.field.widget, self.field.prepare_value(self.initial)
        if isinstance(widget, forms.CheckboxInput):
            return ["on"] if widget.check_test(value) else []
        shown = widget.format_value(value)
        if isinstance(shown, list):
            is_pressed = isinstance(widget, forms.RadioSelect)
            return [str(each) for each in shown if each or not is_pressed]
        return ["" if shown is None else str(shown)]

    @property
    def may_be_kept(self) -> bool:
        return getattr(self.field.widget, "input_type", "") not in NEVER_KEPT

    @property
    def echo(self) -> str:
        value = self.value()
        known = isinstance(self.field, TypedField) and value
        return self.field.words(str(value)) if known else ""  # type: ignore[attr-defined]

    @property
    def has_echo(self) -> bool:
        return isinstance(self.field, TypedField)

    @property
    def offered(self) -> Choices:
        offers: Mapping[str, Choices] = getattr(self.form, "offers", {})
        return offers.get(self.name, ())

    @property
    def aria_describedby(self) -> str | None:
        named = (super().aria_describedby or "").split()
        if self.has_echo:
            named.append(f"{self.auto_id}_echo")
        return " ".join(named) or None


class PlainForm(forms.Form):
    """How every form looks; on its own for forms that end in no action (signing in).

    One with dates is told the `zone` in which they are meant: there is none that one could guess.
    With a `draft` it is kept half typed, and comes back as it was typed.
    """

    default_renderer = Renderer
    bound_field_class = BoundTypedField

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        zone: str = "",
        draft: FormDraft | None = None,
        **options: Any,
    ) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(data, **options)
        self.draft = draft
        for field in self.fields.values():
            field.error_messages["required"] = "This is needed."
            if isinstance(field, TypedField):
                if not zone:
                    raise TypeError(f"{type(self).__name__} has dates: say in which zone")
                field.zone = zone
                field.widget.attrs["data-zone"] = zone

    @property
    def shown(self) -> list[BoundField]:
        """The fields to show, with the focus on the first that is wrong, or else the first."""
        shown = [each for each in self.visible_fields() if self.is_shown(each.name)]
        wrong = [each for each in shown if self.is_bound and each.errors]
        for each in (wrong or shown)[:1]:
            each.field.widget.attrs["autofocus"] = True
        return shown

    def is_shown(self, name: str) -> bool:
        return True

    @cached_property
    def usual(self) -> dict[str, list[str]]:
        """What stands in the untouched form, of the fields that may be kept half typed."""
        fields = [self[name] for name in self.fields]
        return {each.html_name: each.usual for each in fields if each.may_be_kept}  # type: ignore[attr-defined]

    @cached_property
    def typed(self) -> QueryDict:
        """What came back of the draft; empty where the form was sent."""
        found = QueryDict(mutable=True)
        if not self.is_bound and self.draft and self.draft.kept and self.draft.kept.typed:
            for name, values in differing(self.draft.kept.typed, self.usual).items():
                found.setlist(name, values)
        return found

    @property
    def came_back(self) -> bool:
        return bool(self.typed)

    @property
    def touched(self) -> dict[str, list[str]]:
        """The fields that somebody has typed into, with what stands in them untouched."""
        names = {self.add_prefix(name) for name in self.changed_data} if self.is_bound else set()
        return {
            name: usual for name, usual in self.usual.items() if name in names or name in self.typed
        }


class ActionForm(PlainForm):
    """A form whose sending performs an action.

    `aliases` says which of its fields stands for an input of the action that is named otherwise.
    `asked_later` are reasons: shown once a soft stop asks for them. `stop_templates` show the
    facts of a stop by its code.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    aliases: ClassVar[Mapping[str, str]] = {}
    asked_later: ClassVar[tuple[str, ...]] = ()
    stop_templates: ClassVar[Mapping[str, str]] = {}
    busy_template: ClassVar[str] = "ui/busy.html"

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["key"].initial = new_id
        for name in self.asked_later:
            self.fields[name].error_messages["required"] = WHY
        self.stop: NeedsReason | None = None
        self.busy: Busy | None = None
        self.offers: dict[str, Choices] = {}

    def inputs(self) -> dict[str, Any]:
        """The action's input out of what was typed. Override where they differ."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def chosen(self, name: str) -> str:
        """Which of the choices offered for a field was pressed."""
        return str(self.data.get(f"{self.add_prefix(name)}_choice", ""))

    def perform[R](self, action: Action[..., R], by: Actor, **extra: Any) -> Done[R] | None:
        """Run the action; None when it said no, with the reason in the form."""
        if not self.is_valid():
            return None
        key: UUID | None = self.cleaned_data.get("key")
        try:
            return action.perform({**self.inputs(), **extra}, by=by, key=str(key) if key else None)
        except Refused as refused:
            if refused.forbidden:
                raise
            self.show_problems(refused.problems)
        except NeedsReason as stop:
            self.show_stop(stop)
        except Busy as busy:
            self.busy = busy
        return None

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form."""
        if self.stop or self.busy:
            return 409
        return 422 if self.is_bound and self.errors else 200

    def show_problems(self, problems: Any) -> None:
        for problem in problems:
            name = self._field_of(problem)
            text = f"{problem.message} {problem.next_step}".strip()
            self.add_error(name, text)
            if name and problem.choices:
                self.offers[name] = problem.choices

    def show_stop(self, stop: NeedsReason) -> None:
        self.stop = stop
        name = self._named(stop.field)
        if name is None:
            raise TypeError(f"{type(self).__name__} has no field {stop.field} to ask why") from stop
        self.fields[name].required = True
        self.fields[name].widget.attrs["autofocus"] = True
        # It was asked before, and sent empty.
        if self.add_prefix(name) in self.data and not self.has_error(name):
            self.add_error(name, WHY)

    @property
    def stop_template(self) -> str:
        code = self.stop.code if self.stop else ""
        return self.stop_templates.get(code, "ui/stop_facts.html")

    @property
    def answers_stop(self) -> BoundField | None:
        """The field that answers the stop."""
        name = self._named(self.stop.field) if self.stop else None
        return self[name] if name else None

    def is_shown(self, name: str) -> bool:
        if name not in self.asked_later:
            return True
        if self.stop and self._named(self.stop.field) == name:
            return False  # shown inside the stop
        answered = self.data if self.is_bound else self.typed
        return bool(answered.get(self.add_prefix(name)))

    @property
    def shown(self) -> list[BoundField]:
        shown = [each for each in self.visible_fields() if self.is_shown(each.name)]
        return shown if self.stop else super().shown

    def _field_of(self, problem: Problem) -> str | None:
        return self._named(problem.field)

    def _named(self, path: str) -> str | None:
        """The field for an input's path: "phones.0.number" may be phones, or by an alias."""
        for name in (path, path.partition(".")[0]):
            known = self.aliases.get(name, name)
            if known in self.fields and not self.fields[known].widget.is_hidden:
                return known
        return None
