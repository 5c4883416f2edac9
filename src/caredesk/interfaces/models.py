"""The tables of this room."""

from caredesk.interfaces.importing.models import Imported

__all__ = ["Imported"]
