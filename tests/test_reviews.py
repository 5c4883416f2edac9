"""Who broke the glass is reviewed: by the officer and by who treats, through the worklist."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from tests import world as cast
from tests.planted import Secret, plant
from tests.test_restrictions import post, told_of
from tests.world import World, signed_in

from caredesk.kernel import clock
from caredesk.kernel.models import LoggedEvent
from caredesk.kernel.reactions import react
from caredesk.people.models import BrokenGlass
from caredesk.privacy import queries
from caredesk.privacy.models import Review
from caredesk.tasks.jobs import escalate_what_is_overdue
from caredesk.tasks.models import Escalation, Settlement, Task
from caredesk.workforce.models import Practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = cast.build()
    treating = Practitioner.objects.get(given="Mei")
    Practitioner.objects.filter(pk=treating.pk).update(user=made.users["chen"])
    return made


@pytest.fixture
def secret(world: World) -> Secret:
    return plant(world, "restricted")


@pytest.fixture
def grant(world: World, secret: Secret) -> UUID:
    """Ana breaks the glass, and the reaction runs as the worker runs it, twice."""
    said = {"patient": str(secret.patient), "reason": "desk", "words": "She is at the desk"}
    answer = post(signed_in(world, "ana"), "break_glass", said)
    assert answer.status_code == 200
    event = LoggedEvent.objects.get(name="GlassBroken")
    for _ in range(2):
        react(task="privacy.ask_for_a_review", event=str(event.id))
    return UUID(answer.json()["answer"]["grant"])


def test_the_officer_and_the_physician_are_asked_once(
    world: World, secret: Secret, grant: UUID
) -> None:
    tasks = Task.objects.filter(about_kind="glass", about_id=grant)
    assert {(each.pool, each.owner) for each in tasks} == {
        ("privacy.review", None),
        ("", world.users["chen"].id),
    }
    assert all(secret.family not in each.title for each in tasks)
    for name in ("mia", "chen"):
        listed = signed_in(world, name).get("/worklist/").content.decode()
        assert "Ana Ruiz broke the glass" in listed
        assert '<span class="rail-count">1' in listed
    assert "broke the glass" not in signed_in(world, "ben").get("/worklist/").content.decode()


def test_the_officer_reviews_and_sees_no_more_than_the_mark(
    world: World, secret: Secret, grant: UUID
) -> None:
    mia = signed_in(world, "mia")
    page = mia.get(f"/reviews/{grant}/")
    assert told_of(secret, page) <= set(secret.mark)
    assert "She is at the desk" in page.content.decode()
    assert '<option value="" selected>Choose …</option>' in page.content.decode()
    listed = mia.get("/reviews/")
    assert told_of(secret, listed) <= set(secret.mark)
    assert "1 to review" in listed.content.decode()
    empty = mia.post(f"/reviews/{grant}/", {"verdict": "justified", "words": ""})
    assert empty.status_code == 422
    unsaid = mia.post(f"/reviews/{grant}/", {"verdict": "", "words": "In order"})
    assert unsaid.status_code == 422
    said = {"verdict": "not_justified", "words": "She was not on duty"}
    assert mia.post(f"/reviews/{grant}/", said).status_code == 303
    review = Review.objects.get()
    assert (review.verdict, review.by) == ("not_justified", world.users["mia"].id)
    open_task = Task.objects.exclude(settlements__withdrawn_at=None, settlements__isnull=False)
    assert [each.owner for each in open_task] == [world.users["chen"].id]
    assert "Nothing to do" in mia.get("/worklist/").content.decode()
    assert "Not justified" in mia.get("/reviews/").content.decode()


def test_the_physician_reviews_what_he_was_asked_and_lists_nothing(
    world: World, grant: UUID
) -> None:
    chen = signed_in(world, "chen")
    assert chen.get("/reviews/").status_code == 404
    assert chen.get(f"/reviews/{grant}/").status_code == 200
    said = {"verdict": "justified", "words": "I asked her to"}
    assert chen.post(f"/reviews/{grant}/", said).status_code == 303
    assert Settlement.objects.get().by == world.users["chen"].id


def test_a_review_can_be_undone_and_the_task_stands_again(world: World, grant: UUID) -> None:
    mia = signed_in(world, "mia")
    said = {"grant": str(grant), "verdict": "justified", "words": "In order"}
    deed = post(mia, "review_glass", said).json()["deed"]
    assert post(mia, "review_glass", said).status_code == 422
    assert post(mia, "undo", {"deed": deed}).status_code == 200
    assert "Ana Ruiz broke the glass" in mia.get("/worklist/").content.decode()
    assert post(mia, "review_glass", said).status_code == 200


@pytest.mark.parametrize("name", ["ana", "ben"])
def test_others_have_no_review(world: World, grant: UUID, name: str) -> None:
    client = signed_in(world, name)
    assert client.get("/reviews/").status_code == 404
    assert client.get(f"/reviews/{grant}/").status_code == 404
    said = {"grant": str(grant), "verdict": "justified", "words": "Fine"}
    assert post(client, "review_glass", said).status_code == 404
    assert not Review.objects.exists()


def test_nobody_reviews_her_own_look(world: World, secret: Secret) -> None:
    mia = signed_in(world, "mia")
    said = {"patient": str(secret.patient), "reason": "other", "words": "Curious"}
    grant = post(mia, "break_glass", said).json()["answer"]["grant"]
    own = {"grant": grant, "verdict": "justified", "words": "Of course"}
    assert post(mia, "review_glass", own).status_code == 422
    assert "Somebody else must review" in mia.get(f"/reviews/{grant}/").content.decode()
    assert BrokenGlass.objects.get().user_id == world.users["mia"].id


def test_a_task_is_taken_by_one_and_given_back(world: World, grant: UUID) -> None:
    mia, ben = signed_in(world, "mia"), signed_in(world, "ben")
    task = Task.objects.get(pool="privacy.review").id
    assert ben.post(f"/worklist/{task}/").status_code == 404
    assert mia.post(f"/worklist/{task}/").status_code == 303
    assert "Give back" in mia.get("/worklist/").content.decode()
    assert mia.post(f"/worklist/{task}/", {"back": "1"}).status_code == 303
    assert ">Take<" in mia.get("/worklist/").content.decode()


def test_what_nobody_settles_is_escalated_once(world: World, grant: UUID) -> None:
    escalate_what_is_overdue()
    assert not Escalation.objects.exists()
    with clock.stopped_at(clock.now() + timedelta(days=4)):
        escalate_what_is_overdue()
        escalate_what_is_overdue()
        mia = Client()
        mia.force_login(world.users["mia"])
        listed = mia.get("/worklist/").content.decode()
    assert {each.pool for each in Escalation.objects.all()} == {
        "privacy.review",
        "tasks.escalated",
    }
    assert listed.count("broke the glass") >= 2
    assert "overdue" in listed


def test_what_waits_is_listed_however_much_came_after_it(
    world: World, grant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LATEST", 1)
    row = BrokenGlass.objects.get()
    done = []
    for number in range(2):
        later = {"at": row.at + timedelta(minutes=number + 1), "words": f"Xlater{number}"}
        kept = {name: getattr(row, name) for name in ("patient", "user_id", "reason", "until")}
        done.append(BrokenGlass.objects.create(**kept, **later, user_label=f"Later {number}"))
        said = {"verdict": "justified", "words": "In order", "by": UUID(int=5)}
        Review.objects.create(glass=done[-1], **said, by_label="Officer", at=row.at)
    mia = signed_in(world, "mia")
    listed = mia.get("/reviews/").content.decode()
    assert "1 to review" in listed
    assert f"/reviews/{grant}/" in listed
    assert "Later 1" in listed
    assert "Later 0" not in listed
    withdrawn = Review.objects.get(glass=done[0])
    Review.objects.filter(pk=withdrawn.pk).update(withdrawn_at=row.at)
    monkeypatch.setattr(queries, "MOST_WAITING", 1)
    listed = mia.get("/reviews/").content.decode()
    assert "1 or more to review" in listed
    assert listed.index(f"/reviews/{grant}/")
    assert "Later 0" not in listed
