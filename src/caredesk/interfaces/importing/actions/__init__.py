"""What an import does, one thing at a time: each either whole or not at all."""

from caredesk.interfaces.importing.actions.outside import (
    import_organization,
    import_practitioner,
)
from caredesk.interfaces.importing.actions.patients import import_patient, import_visits

__all__ = ["import_organization", "import_patient", "import_practitioner", "import_visits"]
