"""Whose a task is: decided without rows."""

from collections.abc import Collection
from uuid import UUID


def is_for(
    viewer: UUID,
    permissions: Collection[str],
    *,
    pool: str,
    owner: UUID | None,
    escalated_to: str = "",
) -> bool:
    """Whether a task is on somebody's worklist."""
    if owner == viewer:
        return True
    return any(each and each in permissions for each in (pool, escalated_to))
