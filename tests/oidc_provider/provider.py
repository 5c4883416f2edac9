"""Starting the provider, changing its mind, and signing in there."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from caredesk.config.testing import wait_for

SECRET = "known to the provider and to Caredesk"
PASSWORD = "typed at the provider"
PEOPLE = {
    "ana.p": {"email": "Ana@Elm.example", "email_verified": True},
    "ben.p": {"email": "ben@elm.example", "email_verified": False},
    "eve.p": {"email": "eve@elsewhere.example", "email_verified": True},
    "mia.p": {"amr": ["pwd", "otp"], "acr": "urn:practice:two"},
}


@dataclass
class Provider:
    """A running provider. `wrongly` says what is otherwise in its next identity tokens."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/o"

    @property
    def secret_file(self) -> Path:
        return self.folder / "secret"

    def say(self, **wrongly: Any) -> None:
        (self.folder / "claims.json").write_text(json.dumps(wrongly))

    def change_key(self) -> None:
        """As at a rotation: the former key is not published any more."""
        self.stop()
        _write_key(self.folder / "key.pem")
        self.start()

    @contextlib.contextmanager
    def forging(self, kid: str) -> Iterator[None]:
        """Meanwhile its identity tokens are signed by a key that it does not publish.

        `kid` is the key that their header names: "the published", "its own", "none", or "brought
        along", with the key itself in the header.
        """
        # Short, so that a header has room for it: it is no header's length that must be refused.
        _write_key(self.folder / "forger.pem", bits=1024)
        said = self.folder / "forging.json"
        said.write_text(json.dumps({"kid": kid}))
        try:
            yield
        finally:
            said.unlink()

    def asked(self) -> list[str]:
        """The paths it was asked for, in their order."""
        return (self.folder / "asked").read_text().splitlines()

    def start(self) -> None:
        script = Path(__file__).with_name("serve.py")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
        command = [sys.executable, str(script), str(self.folder), str(self.port)]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        wait_for(f"{self.issuer}/.well-known/openid-configuration", self.process)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def sign_in(self, address: str, name: str, **otherwise: str) -> str:
        """Follow Caredesk's redirect as a browser would; the address that the provider leads to.

        `otherwise` are parameters that somebody has changed on the way.
        """
        at = requests.Session()
        page = at.get(_with(address, otherwise), timeout=20)
        assert "Provider" in page.text, page.text
        answer = at.post(
            page.url, {"username": name, "password": PASSWORD}, timeout=20, allow_redirects=False
        )
        asked = at.get(
            f"http://127.0.0.1:{self.port}{answer.headers['Location']}",
            timeout=20,
            allow_redirects=False,
        )
        assert asked.status_code == 302, asked.text
        return asked.headers["Location"]

    def subject_of(self, name: str) -> str:
        return str(list(PEOPLE).index(name) + 1)


@contextlib.contextmanager
def running(folder: Path, redirect_uris: list[str], port: int = 0) -> Iterator[Provider]:
    """Its clients may lead back to these addresses. It ends with the block."""
    provider = Provider(folder, port or free_port())
    clients = {
        "caredesk": {"secret": SECRET, "redirect_uri": " ".join(redirect_uris)},
        "caredesk-hs": {
            "secret": SECRET,
            "redirect_uri": " ".join(redirect_uris),
            "algorithm": "HS256",
        },
        "another": {"secret": "of another program", "redirect_uri": " ".join(redirect_uris)},
    }
    people = {name: {"password": PASSWORD, "claims": each} for name, each in PEOPLE.items()}
    (folder / "begin.json").write_text(json.dumps({"clients": clients, "people": people}))
    (folder / "secret").write_text(f"{SECRET}\n")
    provider.say()
    _write_key(folder / "key.pem")
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


def changed(address: str, **values: str) -> str:
    """The same address with other parameters."""
    return _with(address, values)


def _with(address: str, values: dict[str, str]) -> str:
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **values}
    return urlunsplit(parts._replace(query=urlencode(query)))


def _write_key(path: Path, bits: int = 2048) -> None:
    key = rsa.generate_private_key(65537, bits)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(pem)


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def path_of(address: str) -> str:
    """What a test's client asks for: without scheme and host."""
    return re.sub(r"^https?://[^/]+", "", address)
