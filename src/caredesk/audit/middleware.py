"""The door that writes one audit row a page, with everyone who was shown on it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from caredesk.kernel import looks

GetResponse = Callable[[HttpRequest], HttpResponse]


class LookMiddleware:
    """Opens the collector around a request and names the row by the page's URL name,
    unless what answered has named it.

    The row is written before the answer leaves: a page whose look cannot be recorded is not
    shown.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with looks.collecting("") as found:
            response = self.get_response(request)
            match = request.resolver_match
            found.name = found.name or (match.view_name if match else "unknown")
        return response
