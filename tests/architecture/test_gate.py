"""Whatever reads rows of a patient asks the gate, or is named here with why it need not.

The net under it is `looks.seen` and `about`, which refuse whom the viewer may not see; this test
makes whoever writes a new query say at once how it stands to that.
"""

import ast
import re
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from tests.architecture.test_writes import sources

# What passes the gate: the gate itself, or a query or lock that has passed it.
GATED = {
    "barred",
    "refuse_barred",
    "refuse_if_barred",
    "locked_patient",
    "locked_row",
    "locked_record",
    "get_appointment",
    "get_hold",
    "get_patient",
    "patient_lines",
    "marked_patients",
    "seen",
    "about",
    "is_barred",
}

EXEMPT = {
    "people/gate.py": "is the gate",
    "people/words.py": "writes what the search reads",
    "people/bulk.py": "writes in bulk, at the machine itself",
    "people/queries/candidates.py": "finds numbers; `search` reads and gates who they are",
    "people/queries/records.py": "gives ids only, for who reads the log",
    "people/queries/withdrawn.py": "answers yes or no to a reaction",
    "privacy/access_log/queries/viewings.py": "reads for the nightly look at the log, shows nobody",
    "scheduling/bulk.py": "writes in bulk, at the machine itself",
    "scheduling/diary.py": "reads what is in the way of an action, behind the gate of the action",
    "scheduling/hours.py": "reads resources' bookings, of nobody",
    "scheduling/kept.py": "gates",
    "scheduling/jobs.py": "names expired holds to the action that releases them",
    "scheduling/taking.py": "reads resources' hours and bookings, of nobody",
    "scheduling/returning.py": "reads an appointment that `get_appointment` has gated",
    "scheduling/queries/held_times.py": "reads one's own holds; `stops` tells what they overlap",
    "scheduling/queries/patients.py": "counts, for the action that withdraws who is gated",
    "scheduling/queries/treating.py": "names users, for a reaction",
    "tasks/queries.py": "titles name no patient; where a task leads gates",
    "tasks/actions.py": "titles name no patient; who is asked is not who is shown",
    "interfaces/importing": "a program at the machine itself; its actions are gated by `about`",
    "config/bench": "measures with made-up people",
}


def tables_of_patients() -> set[str]:
    """Every table with a column that points to a patient, and those that point to such a one."""
    found = {"people_patient", "people_searchline", "people_patientword"}
    grown = True
    while grown:
        grown = False
        for model in apps.get_models():
            if model._meta.app_label not in settings.ROOMS or model._meta.db_table in found:
                continue
            targets = {
                each.related_model._meta.db_table
                for each in model._meta.concrete_fields
                if each.related_model is not None
            }
            if targets & found:
                found.add(model._meta.db_table)
                grown = True
    return found


def models_of_patients(tables: set[str]) -> set[str]:
    return {m.__name__ for m in apps.get_models() if m._meta.db_table in tables}


def readers() -> Iterator[tuple[str, ast.Module]]:
    tables = tables_of_patients()
    named = re.compile(rf"(FROM|JOIN|UPDATE)\s+({'|'.join(sorted(tables))})\b")
    managers = {f"{name}.objects" for name in models_of_patients(tables)}
    for name, tree in sources():
        for node in ast.walk(tree):
            in_sql = (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and named.search(node.value)
            )
            by_manager = isinstance(node, ast.Attribute) and ast.unparse(node) in managers
            if in_sql or by_manager:
                yield name, tree
                break


def is_exempt(name: str) -> bool:
    return any(name == each or name.startswith(f"{each}/") for each in EXEMPT)


def test_whatever_reads_a_patients_rows_asks_the_gate_or_says_why_not() -> None:
    forgetful = []
    for name, tree in readers():
        called = {
            ast.unparse(node.func).split(".")[-1]
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
        }
        if not is_exempt(name) and not called & GATED:
            forgetful.append(name)
    assert forgetful == []


def test_the_tables_are_found_that_hang_on_a_patient() -> None:
    assert {
        "people_phone",
        "people_relative",
        "people_codewordcheck",
        "scheduling_participant",
        "scheduling_hold",
        "privacy_review",
        "tasks_task",
    } <= tables_of_patients()


def test_no_exemption_is_left_over() -> None:
    reading = [name for name, _ in readers()]
    stale = {
        each
        for each in EXEMPT
        if not any(name == each or name.startswith(f"{each}/") for name in reading)
    }
    assert stale == set()


def test_only_the_list_of_restrictions_tells_of_somebody_by_number() -> None:
    """`looks.seen` lets the hidden pass there, so nothing else may ask it for that."""
    asking = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "numbered"
    }
    assert asking == {"people/queries/restrictions.py"}
