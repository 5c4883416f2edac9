"""What a search reads is in step with the patients, however they were written."""

import threading
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.people import words
from caredesk.people.bulk import BulkPatient, load
from caredesk.people.models import Patient, PatientWord, SearchLine, Word, WordDeletion
from caredesk.people.queries.search import find_patients
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.matching import deletions
from caredesk.people.rules.names import FullName, words_of

VIEWER = Actor("user", new_id(), "Bo Lind", permissions=frozenset({"people.view"}))
BORN = date(1974, 3, 7)


def patient(family: str, given: str = "", *, days_ago: int = 0) -> Patient:
    """A patient as an action writes her."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_patient_numbers')")
        (number,) = cursor.fetchone()
    row = Patient(
        number=number,
        family=family,
        given=given,
        birth_date=BORN,
        registered_at=clock.now() - timedelta(days=days_ago),
    )
    row.identity_id = row.id
    row.save(force_insert=True)
    words.index_patient(row)
    return row


def words_of_row(row: Patient) -> list[tuple[str, int]]:
    found = PatientWord.objects.filter(number=row.number)
    return sorted(found.values_list("word", "recency"))


def search_rows() -> dict[str, list[tuple[object, ...]]]:
    """All that a search reads, apart from the numbers of patients."""
    return {
        "lines": sorted(SearchLine.objects.values_list("line", "birth_date", "recency")),
        "words": sorted(PatientWord.objects.values_list("word", "line", "birth_date", "recency")),
        "dictionary": sorted(Word.objects.values_list("word", "sound", "patients")),
        "deletions": sorted(WordDeletion.objects.values_list("deletion", "word")),
    }


@pytest.mark.django_db
def test_a_patient_has_a_row_a_word_and_the_dictionary_knows_them() -> None:
    row = patient("Fernández-Ortiz", "Ana")
    assert words_of_row(row) == [("ana", 0), ("fernandez", 0), ("fernandezortiz", 0), ("ortiz", 0)]
    assert set(Word.objects.values_list("word", flat=True)) == set(words_of(row.name))
    slips = set(WordDeletion.objects.filter(word="ortiz").values_list("deletion", flat=True))
    assert slips == deletions("ortiz")
    assert not WordDeletion.objects.filter(word="ana").exists()


@pytest.mark.django_db
def test_a_change_takes_out_what_no_longer_holds() -> None:
    row = patient("Miller", "Ana")
    row.family, row.birth_date = "Smith", date(1980, 1, 1)
    words.index_patient(row)
    assert words_of_row(row) == [("ana", 0), ("smith", 0)]
    assert set(PatientWord.objects.values_list("line", "birth_date")) == {
        (" smith ana ", date(1980, 1, 1))
    }
    words.unindex_patient(row)
    assert words_of_row(row) == []
    assert not SearchLine.objects.exists()
    words.index_patient(row)
    assert words_of_row(row) == [("ana", 0), ("smith", 0)]


@pytest.mark.django_db
def test_indexing_takes_one_statement(django_assert_num_queries: object) -> None:
    row = patient("Miller", "Ana")
    with django_assert_num_queries(1):  # type: ignore[operator]
        words.index_patient(row)


@pytest.mark.django_db
def test_time_moves_patients_and_being_seen_moves_them_back() -> None:
    rows = [patient("Miller", days_ago=days) for days in (0, 6, 89, 600, 4000)]
    assert [words_of_row(row) for row in rows] == [[("miller", n)] for n in (0, 0, 1, 2, 3)]
    later = clock.now() + timedelta(days=30)
    assert words.move_by_recency(later) == 3
    assert [words_of_row(row) for row in rows] == [[("miller", n)] for n in (1, 1, 2, 2, 3)]
    assert words.move_by_recency(later) == 0
    rows[4].last_seen_at = clock.now()
    words.index_patient(rows[4])
    assert words_of_row(rows[4]) == [("miller", 0)]


@pytest.mark.django_db
def test_upkeep_counts_and_learns_what_is_missing() -> None:
    patient("Miller", "Ana")
    patient("Miller", "Zoë")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_word SET word = 'gone', patients = 7 WHERE word = 'zoe'")
    words.keep_up(clock.now())
    counted = dict(Word.objects.values_list("word", "patients"))
    assert counted == {"miller": 2, "ana": 1, "zoe": 1, "gone": 0}


NAMES = [
    FullName("O’Brien", "Kathryn", "Louise", "Katie", "Miller", "Jr"),
    FullName("De La Cruz", "Ana María"),
    FullName("Müller-Łoś", "Jörg"),
    FullName("Smith", "Jane"),
    FullName("Smith", "John"),
    FullName("李", "小龍"),
]


@pytest.mark.django_db
def test_loading_many_writes_what_registering_each_writes() -> None:
    long_ago = clock.now() - timedelta(days=100)
    load(BulkPatient(name, BirthDate(BORN), long_ago) for name in NAMES)
    loaded = search_rows()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_patientword; DELETE FROM people_searchline")
    for row in Patient.objects.order_by("number"):
        words.index_patient(row)
    words.recount()
    assert search_rows() == loaded


@pytest.mark.django_db
def test_loading_goes_on_where_numbers_stand() -> None:
    first = patient("Smith")
    load([BulkPatient(FullName("Jones"), BirthDate(BORN), clock.now(), phone="+14155550123")])
    loaded = Patient.objects.get(family="Jones")
    assert loaded.number == first.number + 1
    assert loaded.phones.get().reversed_digits == "32105555141"


def in_threads(tasks: Iterable[list[str]]) -> list[BaseException]:
    """Register the families of each task in a transaction of its own, all at once."""
    errors: list[BaseException] = []
    together = threading.Barrier(8)

    def register(families: list[str]) -> None:
        try:
            together.wait(timeout=20)
            with transaction.atomic():
                for family in families:
                    patient(family, "Ana")
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=[families]) for families in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


@pytest.mark.usefixtures("committed_db")
def test_many_may_register_the_same_new_names_in_any_order() -> None:
    families = [f"new{letter * 3}name" for letter in "abcdefghij"]
    turned = [families if n % 2 else families[::-1] for n in range(8)]
    assert in_threads(turned) == []
    assert PatientWord.objects.filter(word="ana").count() == 80
    words.keep_up(clock.now())
    counted = dict(Word.objects.values_list("word", "patients"))
    assert counted == {"ana": 80, **dict.fromkeys(families, 8)}
    with looks.collecting("search"):
        for typed in ("newaaaname", "newaaanmae"):
            found = find_patients(VIEWER, typed, limit=20)
            assert {each.name for each in found[:8]} == {"Ana newaaaname"}


LETTERS = st.sampled_from("abcdeghilmnorstuzéñöł’- ")
A_NAME = st.text(LETTERS, min_size=1, max_size=14).filter(
    lambda name: bool(words_of(FullName(name)))
)


@st.composite
def prefixes(draw: st.DrawFn, name: FullName) -> str:
    """Beginnings of some of a patient's words, in any order and any case."""
    chosen = draw(st.lists(st.sampled_from(words_of(name)), min_size=1, max_size=3, unique=True))
    cut = [word[: draw(st.integers(1, len(word)))] for word in chosen]
    cased = [draw(st.sampled_from((str.upper, str.lower, str.title)))(word) for word in cut]
    return draw(st.sampled_from((" ", ", ", "  "))).join(cased)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), family=A_NAME, given=A_NAME)
def test_any_prefixes_in_any_order_find_her(data: st.DataObject, family: str, given: str) -> None:
    row = patient(family, given)
    try:
        typed = data.draw(prefixes(row.name))
        with looks.collecting("search"):
            found = [each.id for each in find_patients(VIEWER, typed)]
        assert row.id in found, typed
    finally:
        words.unindex_patient(row)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_one_slip_finds_her(data: st.DataObject) -> None:
    word = data.draw(st.text(st.sampled_from("abcdeghilmnorstuz"), min_size=5, max_size=12))
    row = patient(word, "Ximena")
    slipped = data.draw(slips(word))
    try:
        with looks.collecting("search"):
            found = [each.id for each in find_patients(VIEWER, f"ximena {slipped}")]
        assert row.id in found, (word, slipped)
    finally:
        words.unindex_patient(row)


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    """The word with one letter left out, put in, another, or exchanged with the next."""
    at = draw(st.integers(0, len(word) - 2))
    letter = draw(st.sampled_from("abcdeghilmnorstuz"))
    rest = draw(st.sampled_from(("out", "in", "other", "exchanged")))
    middles = {
        "out": word[at + 1 :],
        "in": letter + word[at:],
        "other": letter + word[at + 1 :],
        "exchanged": word[at + 1] + word[at] + word[at + 2 :],
    }
    return word[:at] + middles[rest]


@pytest.mark.django_db
def test_searches_are_answered_by_indexes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for statement in asked_by(["smith jo", "smiht", "3/7/74", "4155550123", "CD-1 jo 1974"]):
            cursor.execute("EXPLAIN " + statement[0], statement[1])
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on people_" not in plan, plan


def asked_by(texts: Iterable[str]) -> list[tuple[str, Any]]:
    """Each statement of these searches, with its values."""
    found: list[tuple[str, Any]] = []

    def keep(execute, statement, values, many, context):  # type: ignore[no-untyped-def]
        found.append((statement, values))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(keep), looks.collecting("search"):
        for text in texts:
            find_patients(VIEWER, text)
    return found
