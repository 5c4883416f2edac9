"""Where to go after signing in or proving who one is: an address of our own, never another's."""

from django.http import HttpRequest

from caredesk.ui.notice import own_address


def own_address_of(request: HttpRequest, name: str = "next", otherwise: str = "/") -> str:
    """The address that the page was asked to go to."""
    wanted = request.POST.get(name) or request.GET.get(name)
    return own_address(request, wanted) if wanted else otherwise
