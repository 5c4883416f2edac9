"""OperationOutcome: what is to be known of an answer beside what it holds."""

from typing import Any, Literal

type IssueCode = Literal["suppressed"]


def print_operation_outcome(id: str, code: IssueCode, words: str) -> dict[str, Any]:
    """One issue, for information."""
    return {
        "resourceType": "OperationOutcome",
        "id": id,
        "issue": [{"severity": "information", "code": code, "diagnostics": words}],
    }
