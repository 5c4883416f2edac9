"""`caredesk serve`: everything, from one terminal, until Ctrl-C.

This process only starts, watches and ends the others; it never loads Django. A child that dies
ends them all: half a Caredesk would be a puzzle, and who restarts it restarts the whole. Where
there are several organisations each is such a whole of its own (`serving_several`).
"""

import argparse
import contextlib
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from caredesk.config import environment, organisations, serving_several
from caredesk.config.environment import CannotStart, DatabaseUrls
from caredesk.config.front import Front, refuse_without_front
from caredesk.config.progress import complain, say, step
from caredesk.config.proxies import Network, read_proxies
from caredesk.config.supervising import (
    Asked,
    Children,
    Stopped,
    ignore_signals,
    stop_on_signals,
)

_LOOPBACK = ("localhost", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default=os.environ.get("HOST") or "127.0.0.1", help="HOST; default 127.0.0.1"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("PORT") or 8000,
        help="PORT; default 8000. Live updates use the next one",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop, or until something of it dies."""
    stop_on_signals()
    environment.leave_no_core()
    try:
        return _serve_what_there_is(arguments.host, arguments.port)
    except Stopped:
        say("Caredesk has stopped.")
        return 0


def _serve_what_there_is(host: str, port: int) -> int:
    """One practice, or one for each host name where `caredesk organisation` has made some."""
    if os.environ.get("CAREDESK_ORGANISATION"):
        raise CannotStart("`caredesk serve` serves all of them: unset CAREDESK_ORGANISATION.")
    several, proxies = organisations.listed(), _proxies()
    _refuse_taken_ports(host, *([port] if several else [port, port + 1]))
    if several:
        refuse_without_front()
    with environment.only_one(environment.installation_folder()), _forgotten_in_the_end():
        if several:
            front = Front(host, port, behind_tls=_is_behind_tls(), proxies=proxies)
            with serving_several.several(front, _environment(host, port)) as running:
                running.start()
                _write_down(host, port, several=True)
                running.say_who()
                return running.watch()
        with _database() as urls:
            return _serve(host, port, urls)


def _serve(host: str, port: int, urls: DatabaseUrls) -> int:
    children = Children(_environment(host, port) | {"DATABASE_URL": urls.application})
    try:
        prepared = children.prepare(environment.data_folder(), urls.owner)
        children.start_all()
        reached = _reached(host)
        with step("Starting the web server"):
            children.wait_until_answering(
                Asked("/health/", port=(reached, port)), Asked("/", port=(reached, port + 1))
            )
        _say_ready(host, port, prepared)
        dead = children.watch()
        complain(f"The {dead} process has ended by itself; stopping the others.")
        return 1
    finally:
        ignore_signals()
        children.end()


@contextlib.contextmanager
def _forgotten_in_the_end() -> Iterator[None]:
    try:
        yield
    finally:
        _serving_file().unlink(missing_ok=True)


@contextlib.contextmanager
def _database() -> Iterator[DatabaseUrls]:
    """Your own server, or the embedded one for as long as we run."""
    if os.environ.get("DATABASE_URL"):
        yield DatabaseUrls(os.environ["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL"))
        return
    from caredesk.config.embedded import Embedded

    embedded = Embedded(environment.installation_folder())
    try:
        addresses = embedded.start()
        yield DatabaseUrls(addresses.application, addresses.owner)
    finally:
        ignore_signals()
        embedded.stop()


def _environment(host: str, port: int) -> dict[str, str]:
    """What every child knows. None of them knows the owner of the database."""
    defaults = {
        "CAREDESK_WORKERS": "2",
        "CAREDESK_THREADS": "4",
        "CAREDESK_HOSTS": ",".join(environment.default_hosts(host)),
    }
    return {
        **defaults,
        **environment.of_the_practice(),
        "CAREDESK_DATA": str(environment.installation_folder()),
        "HOST": host,
        "PORT": str(port),
        "CAREDESK_LIVE_PORT": str(port + 1),
        "CAREDESK_DEMO_SIGN_INS": "1" if _is_loopback(host) else "0",
        "DJANGO_SETTINGS_MODULE": "caredesk.config.settings",
    }


def say_if_proxy_is_unnamed() -> None:
    """Everybody then comes from the proxy's address: one who asks too much stops them all."""
    if _is_behind_tls() and not _proxies():
        complain(
            "CAREDESK_HTTPS is set and CAREDESK_PROXIES is not: all who come by the proxy count as "
            "one address, in the limits and in the audit log. Name it: CAREDESK_PROXIES=127.0.0.1"
        )


def _is_behind_tls() -> bool:
    return os.environ.get("CAREDESK_HTTPS") == "1"


def _proxies() -> tuple[Network, ...]:
    try:
        return read_proxies(os.environ.get("CAREDESK_PROXIES", ""))
    except ValueError as error:
        raise CannotStart(str(error)) from None


def _is_loopback(host: str) -> bool:
    return host in _LOOPBACK or host.startswith("127.")


def _reached(host: str) -> str:
    """Where we ask ourselves, and what we print."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _refuse_taken_ports(host: str, *ports: int) -> None:
    for each in ports:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as asking:
            asking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                asking.bind((host, each))
            except OverflowError:
                raise CannotStart(f"There is no port {each}: choose one below 65535.") from None
            except OSError as error:
                raise CannotStart(
                    f"Port {each} of {host} cannot be used ({error.strerror}). Nothing was "
                    f"started. Choose another, for example PORT={ports[0] + 10} make run."
                ) from error


def _say_ready(host: str, port: int, prepared: dict[str, object]) -> None:
    say_if_proxy_is_unnamed()
    _write_down(host, port)
    if prepared["way_in"]:
        say(f"Nobody can sign in yet: `{prepared['way_in']}`, in another terminal, says how.")
    sign_ins = prepared["sign_ins"]
    if not (_is_loopback(host) and isinstance(sign_ins, list) and sign_ins):
        return
    say(f"In the demo practice it is {prepared['time_shown']}.")
    say("Sign in to the demo practice (only from this machine):")
    table = [["Name", "Password", "Who that is"], *sign_ins]
    widths = [max(len(each[column]) for each in table) for column in (0, 1)]
    for name, password, who in table:
        say(f"  {name:<{widths[0]}}   {password:<{widths[1]}}   {who}")


def _write_down(host: str, port: int, **more: object) -> None:
    """Say that it serves, to whoever looks on and to the commands beside it."""
    url = f"http://{_reached(host)}:{port}"
    _serving_file().write_text(json.dumps({"url": url, "process": os.getpid(), **more}))
    say(f"Caredesk is ready: {url}")


def _serving_file() -> Path:
    return environment.installation_folder() / "serving.json"
