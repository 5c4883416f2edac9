"""The worklist."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel.ids import new_id
from caredesk.practice.queries import zone_of
from caredesk.tasks.actions import give_task_back, take_task
from caredesk.tasks.pages import address_of
from caredesk.tasks.queries import worklist
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_safe
@needs("tasks.work")
def list_tasks(request: SignedInRequest) -> HttpResponse:
    """What is to be done: one's own and one's pools', the most urgent first."""
    tasks = worklist(request.actor)
    context = {
        "title": "Worklist",
        "tasks": [(each, address_of(each)) for each in tasks],
        "zone": zone_of(request.actor),
        "key": new_id(),
    }
    return page(request, "tasks/worklist.html", context, partial="middle")


@require_POST
@needs("tasks.work")
def take(request: SignedInRequest, task: UUID) -> HttpResponse:
    """Take a task, or give it back."""
    back = "back" in request.POST
    key = request.POST.get("key", "")[:36] or None
    done = (give_task_back if back else take_task).perform(
        {"task": task}, by=request.actor, key=key
    )
    here = reverse("tasks:worklist")
    said = "Given back." if back else "Taken: nobody else begins with it."
    return after(request, here, Notice(said, str(done.deed), undo_to=here, day_changed=False))
