"""By which link a session began: one that is ended takes its sessions along."""

from uuid import UUID

from django.http import HttpRequest

from caredesk.access.models import ExternalIdentity, Session

_CAME_BY = "came_by"


def keep(request: HttpRequest, identity: UUID | None) -> None:
    """Say in the session that begins by which link that is; None where it is by none."""
    if identity is not None:
        request.session[_CAME_BY] = str(identity)
    else:
        request.session.pop(_CAME_BY, None)


def is_linked(identity: UUID) -> bool:
    return ExternalIdentity.objects.filter(pk=identity, ended_at=None).exists()


def hold(identity: UUID) -> bool:
    """Whether it is linked; it stays so until the transaction ends."""
    rows = ExternalIdentity.objects.select_for_update()
    return rows.filter(pk=identity, ended_at=None).first() is not None


def sessions_by(identity: ExternalIdentity) -> list[Session]:
    """Those that began by this link, and may be open."""
    held = Session.objects.filter(user=identity.user_id)
    return [each for each in held if each.get_decoded().get(_CAME_BY) == str(identity.id)]
