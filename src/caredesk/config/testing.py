"""What the tests share: real servers over a database, a browser without connections outside."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

_TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"""

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def empty_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """The tables without a row."""
    names = [name for (name,) in connection.execute(_TABLES).fetchall()]
    question = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})")
    return [
        name
        for name in names
        if connection.execute(question.format(sql.Identifier(name))).fetchone() == (False,)
    ]


def empty(owner: psycopg.Connection[Any], names: list[str]) -> None:
    """Empty these tables once nobody writes; `owner` is in autocommit.

    What a page sent as it was left, the servers may still be working on: emptied in the middle of
    it, one of the two would be a deadlock's victim, or its rows would be there in the next test.
    """
    emptying = sql.SQL("TRUNCATE {} RESTART IDENTITY").format(
        sql.SQL(", ").join(map(sql.Identifier, names))
    )
    owner.execute("SET lock_timeout = '20s'")
    until = time.monotonic() + 30
    while True:
        try:
            if not _somebody_works(owner) or time.monotonic() > until:
                owner.execute(emptying)
                return
        except psycopg.errors.DeadlockDetected:
            if time.monotonic() > until:
                raise
        time.sleep(0.02)


def _somebody_works(owner: psycopg.Connection[Any]) -> bool:
    found = owner.execute(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid <> pg_backend_pid()"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock'))"
    ).fetchone()
    return found == (True,)


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server and its live process."""

    url: str
    live_url: str


@contextlib.contextmanager
def serving(application_url: str, folder: Path, threads: int, **more: str) -> Iterator[Server]:
    """Run both until the block ends, with `folder` as their data folder.

    `more` is of their environment.
    """
    web, live = _free_port(), _free_port()
    server = Server(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{live}")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "caredesk.config.settings",
        "DATABASE_URL": application_url,
        "CAREDESK_DATA": str(folder),
        "CAREDESK_SECRET_KEY": settings.SECRET_KEY,
        "CAREDESK_LIVE_URL": server.live_url,
        "CAREDESK_DEMO_SIGN_INS": "1",
        "CAREDESK_LIMITS": "off",
        **more,
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    # What the tests keep encrypted, this server opens.
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    settings.CAREDESK_FILE_KEYS.folder.mkdir(parents=True, exist_ok=True)
    (folder / "keys" / "files").symlink_to(settings.CAREDESK_FILE_KEYS.folder)
    collect = [sys.executable, "-m", "django", "collectstatic", "--no-input", "-v", "0"]
    subprocess.run(collect, env=environment, check=True)
    common = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--log-level", "warning"]
    commands = [
        [*common, "--interface", "wsgi", "--port", str(web), "--blocking-threads", str(threads)],
        [*common, "--interface", "asginl", "--port", str(live)],
    ]
    targets = ["caredesk.config.wsgi:application", "caredesk.config.asgi:application"]
    processes = [
        subprocess.Popen([*command, target], env=environment)
        for command, target in zip(commands, targets, strict=True)
    ]
    try:
        for process, url in zip(processes, (server.url, server.live_url), strict=True):
            wait_for(url, process)
        yield server
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return when something answers at `url`, whatever it says."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the process for {url} ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nothing answers at {url}")


@contextlib.contextmanager
def open_browser() -> Iterator[Any]:
    """The system's Chromium, else the one Playwright installed; headless."""
    from playwright.sync_api import sync_playwright

    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_chromium(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


def missing_browser() -> str:
    """What is missing for the tests in a browser and how to get it; empty where nothing is."""
    from playwright.sync_api import sync_playwright

    if system_chromium():
        return ""
    with sync_playwright() as playwright:
        if os.path.exists(playwright.chromium.executable_path):
            return ""
    return (
        "The tests in a browser need Chromium, and there is none. Debian, Ubuntu: "
        "apt-get install chromium. Elsewhere: .venv/bin/playwright install chromium."
    )


def system_chromium() -> str | None:
    return next((path for name in _CHROMIUM if (path := shutil.which(name))), None)


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])
