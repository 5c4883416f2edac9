"""What passkeys.js is answered."""

from collections.abc import Callable

from django.http import HttpResponse, JsonResponse

from caredesk.kernel.errors import Refused


def as_options(make: Callable[[], str]) -> HttpResponse:
    """The browser's question as JSON, or why there is none."""
    try:
        return HttpResponse(make(), content_type="application/json")
    except Refused as refused:
        problem = refused.problems[0]
        said = f"{problem.message} {problem.next_step}".strip()
        return JsonResponse({"refused": said}, status=422)
