"""The steps after a right password: their forms, checked with a wait after wrong codes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from caredesk.access.factors.proof import own_actor
from caredesk.access.sign_in import entering
from caredesk.access.sign_in.half import Half, Step, half_of, next_step
from caredesk.access.sign_in.record import record_failed
from caredesk.access.sign_in.telling import tell_wait
from caredesk.access.waits.gate import knock
from caredesk.access.waits.words import as_told, wait_words
from caredesk.kernel.action import Action
from caredesk.ui.forms import ActionForm

type _StepView[**P] = Callable[Concatenate[HttpRequest, Half, P], HttpResponse]
type _View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def step[**P](asked: Step) -> Callable[[_StepView[P]], _View[P]]:
    """The view of one step: who is not half signed in begins anew, who is elsewhere goes there."""

    def make(view: _StepView[P]) -> _View[P]:
        @never_cache
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            half = half_of(request)
            if half is None:
                return HttpResponseRedirect(f"{reverse('access:sign_in')}?ended=1")
            if next_step(half) != asked:
                return entering.to_next(request, half)
            return view(request, half, *args, **kwargs)

        return checked

    return make


def prove_by_code(
    request: HttpRequest,
    half: Half,
    form: ActionForm,
    action: Action[..., Any],
    how: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """A typed code proves who it is, or the page says what is wrong and how long to wait."""
    context = {**context, "form": form, "half": half}
    if request.method != "POST" or not form.is_valid():
        return render(request, template, context, status=form.status)
    attempt = knock(request, "factor", half.user.username, half.user)
    if attempt.until:
        tell_wait(request, form, attempt, half.user, "code")
        return as_told(render(request, template, context), attempt.until)
    if form.perform(action, own_actor(half.user, request)):
        attempt.was_right()
        half.has_proven = True
        return entering.go_on(request, half)
    record_failed(request, half.user, how)
    if attempt.then:
        form.add_error(None, wait_words(attempt.then))
    return render(request, template, context, status=422)
