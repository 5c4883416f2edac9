"""The day of twenty practitioners: as a query, and as the page through HTTP."""

from caredesk.config.bench import load, product
from caredesk.config.bench.find import timed
from caredesk.config.bench.numbers import Line, Times, together
from caredesk.config.bench.options import Options
from caredesk.config.bench.practice import TODAY, Practice
from caredesk.config.bench.product import Product, actor_of
from caredesk.config.bench.replay import replay
from caredesk.config.bench.watching import Watched, plain_scans, watching
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.scheduling.queries import DayBoard, day_board

PATH = f"/day/{TODAY.isoformat()}/"


def board(practice: Practice, viewer: Actor) -> DayBoard:
    """The main site's day, whose look is recorded."""
    with looks.collecting("bench"):
        return day_board(viewer, [practice.sites[0]], TODAY)


def measure(practice: Practice, size: int, options: Options) -> list[Line]:
    """The query alone with one client, then the whole page."""
    lines = [_query(practice, size, options)]
    with product.running(practice.place) as running:
        page = _page(practice)
        lines += [_http(practice, running, page, size, n, options) for n in options.clients]
    return lines


def _query(practice: Practice, size: int, options: Options) -> Line:
    viewers = [actor_of(practice.who)] * options.operations
    timed(lambda viewer: board(practice, viewer), viewers[: options.warm_up])
    watched, times = timed(lambda viewer: board(practice, viewer), viewers)
    floor = replay(practice.place.addresses.application, watched, 1)
    shown = board(practice, viewers[0])
    more = {
        "practitioners": len(shown.columns),
        "visits": sum(len(column.visits) for column in shown.columns),
        "read_whole": plain_scans(watched[0].statements),
    }
    return Line("day_query", size, 1, times, floor, max(each.queries for each in watched), more)


def _page(practice: Practice) -> Watched:
    """The statements of one page, from the session to the row that records the look."""
    client = product.client(practice.who)
    client.get(PATH)
    with watching() as watched:
        response = client.get(PATH)
    if response.status_code != 200:
        raise RuntimeError(f"the day's page was answered {response.status_code}")
    return watched


def _http(
    practice: Practice,
    running: Product,
    page: Watched,
    size: int,
    clients: int,
    options: Options,
) -> Line:
    reached: list[Times] = []
    floors: list[Times] = []
    asking = running.get(practice.who, PATH)
    load.run(running.address, [asking] * options.warm_up, clients)
    for _ in range(options.rounds):
        reached.append(load.run(running.address, [asking] * options.a_round, clients).times)
        statements = [page] * options.a_round
        floors.append(replay(practice.place.addresses.application, statements, clients))
    return Line("day", size, clients, together(reached), together(floors), page.queries)
