"""What these actions answer."""

from uuid import UUID

from pydantic import BaseModel


class Registered(BaseModel):
    """The new patient."""

    patient: UUID
    record_number: str
    name: str


class Kept(BaseModel):
    """The patient concerned, and the row added, changed or ended."""

    patient: UUID
    id: UUID
