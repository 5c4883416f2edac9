"""Setting up the kinds of visits and what they need."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.kernel import clock
from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.errors import Missing, Problem, Refused
from caredesk.kernel.text import Line, OptionalLine, Paragraph
from caredesk.practice.models import Site
from caredesk.scheduling.actions.resources import Kept
from caredesk.scheduling.models import Requirement, RequirementResource, Resource, VisitType

type Minutes = Annotated[int, Field(ge=5, le=1440, multiple_of=5)]
type Margin = Annotated[int, Field(ge=0, le=240, multiple_of=5)]
type Grid = Literal[5, 10, 15, 20, 30, 60]
type Confidential = Literal["", "adolescent", "psychotherapy", "substance_use"]
type Colour = Literal["sky", "teal", "green", "olive", "amber", "rose", "violet", "slate"]


class RequirementInput(BaseModel):
    """One thing that the visit takes: any resource of the kind, or one of those named."""

    kind: Literal["practitioner", "room", "device", "other"]
    label: OptionalLine = ""
    feature: OptionalLine = ""
    site: UUID | None = None
    resources: list[UUID] = []
    with_setup: bool = False


@action(permission="scheduling.setup", no_undo="Visits may be of it already. Change it instead.")
def add_visit_type(
    name: Line,
    minutes: Minutes,
    requirements: Annotated[list[RequirementInput], Field(min_length=1, max_length=10)],
    setup_minutes: Margin = 0,
    cleanup_minutes: Margin = 0,
    grid_minutes: Grid = 15,
    instructions: Paragraph = "",
    colour: Colour = "sky",
    confidential: Confidential = "",
    *,
    by: Actor,
) -> Kept:
    """Add a kind of visit with its times and what it needs.

    Visits of a `confidential` kind are seen by who books and who treats, and by nobody else.
    """
    _refuse_taken(name)
    row = VisitType(
        name=name,
        minutes=minutes,
        setup_minutes=setup_minutes,
        cleanup_minutes=cleanup_minutes,
        grid_minutes=grid_minutes,
        instructions=instructions,
        colour=colour,
        confidential=confidential,
    )
    insert(row)
    _insert_requirements(row, requirements)
    return Kept(id=row.id)


@action(permission="scheduling.setup", no_undo="Change it again instead.")
def change_visit_type(
    visit_type: UUID,
    name: Line,
    minutes: Minutes,
    requirements: Annotated[list[RequirementInput], Field(min_length=1, max_length=10)],
    setup_minutes: Margin = 0,
    cleanup_minutes: Margin = 0,
    grid_minutes: Grid = 15,
    instructions: Paragraph = "",
    colour: Colour = "sky",
    confidential: Confidential = "",
    use: Literal["booked", "set_aside"] = "booked",
    *,
    by: Actor,
) -> Kept:
    """Change a kind of visit; visits booked already stay as they are."""
    row = VisitType.objects.select_for_update(no_key=True).filter(pk=visit_type).first()
    if row is None:
        raise Missing("visit type")
    if row.name.lower() != name.lower():
        _refuse_taken(name)
    amend(
        row,
        name=name,
        minutes=minutes,
        setup_minutes=setup_minutes,
        cleanup_minutes=cleanup_minutes,
        grid_minutes=grid_minutes,
        instructions=instructions,
        colour=colour,
        confidential=confidential,
        is_active=use == "booked",
    )
    for requirement in Requirement.objects.filter(visit_type=row, ended_at__isnull=True):
        amend(requirement, ended_at=clock.now())
    _insert_requirements(row, requirements)
    return Kept(id=row.id)


def _refuse_taken(name: str) -> None:
    if VisitType.objects.filter(name__iexact=name).exists():
        raise Refused(
            "There is a kind of visit of this name.",
            field="name",
            next_step="Choose another name.",
        )


def _insert_requirements(row: VisitType, requirements: list[RequirementInput]) -> None:
    _refuse_unknown(requirements)
    rows = [
        Requirement(
            visit_type=row,
            position=n,
            kind=each.kind,
            label=each.label,
            feature=each.feature.lower(),
            site_id=each.site,
            with_setup=each.with_setup,
        )
        for n, each in enumerate(requirements)
    ]
    insert_many(rows)
    insert_many(
        [
            RequirementResource(requirement=row, resource_id=resource)
            for row, each in zip(rows, requirements, strict=True)
            for resource in dict.fromkeys(each.resources)
        ]
    )


def _refuse_unknown(requirements: list[RequirementInput]) -> None:
    """Each resource and site named is there, and is what the requirement asks for."""
    named = {resource for each in requirements for resource in each.resources}
    kinds = dict(Resource.objects.filter(id__in=named).values_list("id", "kind"))
    sites = set(Site.objects.values_list("id", flat=True))
    problems = []
    for n, each in enumerate(requirements):
        if each.site is not None and each.site not in sites:
            problems.append(Problem(f"requirements.{n}.site", "There is no such site."))
        if any(kinds.get(resource) != each.kind for resource in each.resources):
            problems.append(
                Problem(f"requirements.{n}.resources", f"One of these is not a {each.kind}.")
            )
    if problems:
        raise Refused("Some of this cannot be used yet.", problems=problems)
