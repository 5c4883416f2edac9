"""The front of several organisations: nginx, which sends each request where its host name says.

It hands on one name only, the one by which it chose (RFC 9112, section 3.2: of the request's
target, else of the one Host field), and each organisation's processes refuse any that is not
theirs. Nothing of a request or an answer is written to a disk, and there is no access log.
"""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from caredesk.config import environment
from caredesk.config.environment import CannotStart
from caredesk.config.proxies import Network
from caredesk.config.server_user import front_user
from caredesk.config.supervising import Children

_WHERE = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", "/usr/local/bin")

_CONFIGURATION = Template("""# Written by `caredesk serve`.
daemon off;
${user}worker_processes 1;
worker_rlimit_nofile 8192;
pid $folder/nginx.pid;
# A line about a request would quote what is searched for: who died is said by `caredesk serve`.
error_log stderr emerg;
events { worker_connections 4096; }
http {
  access_log off;
  server_tokens off;
  # Beside the folders of sockets, which are called as the organisations are: without a dot.
  client_body_temp_path $folder/nginx.body;
  proxy_temp_path $folder/nginx.proxy;
  fastcgi_temp_path $folder/nginx.unused;
  uwsgi_temp_path $folder/nginx.unused;
  scgi_temp_path $folder/nginx.unused;
  # Each organisation limits what is sent to it.
  client_max_body_size 0;
  proxy_request_buffering off;
  proxy_max_temp_file_size 0;
  server_names_hash_bucket_size 512;
  server_names_hash_max_size 4096;
  map $$http_host $$said_port { default ""; "~(?<port>:\\d+)$$" $$port; }
  proxy_http_version 1.1;
  proxy_read_timeout 1h;
  proxy_set_header Connection "";
  proxy_set_header Host $$host$$said_port;
  proxy_set_header X-Forwarded-For $$remote_addr;
  proxy_set_header X-Forwarded-Proto $proto;
  proxy_set_header X-Forwarded-Host "";
  proxy_set_header Forwarded "";
$behind
  server {
    listen $listen default_server;
    default_type text/plain;
    location / { return 404 "There is nothing here.\\n"; }
  }
$servers}
""")

_SERVER = Template("""  server {
    listen $listen;
    server_name $hosts;
    error_page 502 504 =503 @away;
    location @away {
      default_type text/plain;
      add_header Retry-After 10 always;
      return 503 "This desk is starting. Reload the page in a moment.\\n";
    }
    location = /live/ { proxy_buffering off; proxy_pass http://unix:$sockets/live:; }
    location / { proxy_pass http://unix:$sockets/web:; }
  }
""")

# A proxy with TLS says whom it speaks for: the last it names that is no proxy of ours itself.
_BEHIND = """  real_ip_header X-Forwarded-For;
  real_ip_recursive on;"""
_THIS_MACHINE = ("127.0.0.1", "::1", "unix:")


def program() -> str | None:
    """nginx, also where the path of an ordinary user does not lead."""
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), *_WHERE]))


def refuse_without_front() -> None:
    if program() is None:
        raise CannotStart(
            "Several organisations are served by host name through nginx, which is not installed. "
            "Debian, Ubuntu: apt-get install nginx-light. macOS: brew install nginx."
        )


class Front:
    """The one process that listens."""

    def __init__(
        self, host: str, port: int, *, behind_tls: bool, proxies: Sequence[Network] = ()
    ) -> None:
        self._behind_tls = behind_tls
        self._proxies = [str(each) for each in proxies] or _THIS_MACHINE
        self._listen = f"{f'[{host}]' if ':' in host else host}:{port}"
        # It reads what anybody sends: nothing of ours is where it could look.
        self._children = Children(environment.to_run())
        self._process: subprocess.Popen[bytes] | None = None
        self._written = ""

    def show(self, folder: Path, hosts: Mapping[Path, Sequence[str]]) -> None:
        """Start, or go on with these names for each folder of sockets; what is open stays so."""
        wanted = self.configuration(folder, hosts)
        if wanted == self._written:
            return
        written = folder / "nginx.conf"
        written.write_text(wanted)
        self._written = wanted
        command = [program() or "nginx", "-p", str(folder), "-c", str(written), "-e", "stderr"]
        if self._process is None:
            self._process = self._children.start("front", CAREDESK_FRONT=json.dumps(command))
            return
        tried = subprocess.run(
            [*command, "-t", "-q"], env=environment.to_run(), capture_output=True, check=False
        )
        if tried.returncode != 0:
            raise CannotStart(f"nginx refuses the host names: {tried.stderr.decode().strip()}")
        self._process.send_signal(signal.SIGHUP)

    def may_enter(self, folder: Path) -> None:
        """Let nginx through this folder, whoever its workers are."""
        front_user().may_enter(folder)
        if not front_user().reaches(folder):
            raise CannotStart(
                f"The user {front_user().names()[0]} cannot enter {folder}: choose with TMPDIR a "
                "place that every user can."
            )

    def is_dead(self) -> bool:
        return bool(self._children.dead())

    def end(self) -> None:
        self._children.end()

    def configuration(self, folder: Path, hosts: Mapping[Path, Sequence[str]]) -> str:
        servers = [
            _SERVER.substitute(listen=self._listen, sockets=sockets, hosts=" ".join(names))
            for sockets, names in hosts.items()
        ]
        return _CONFIGURATION.substitute(
            folder=folder,
            user="user {} {};\n".format(*front_user().names()) if os.geteuid() == 0 else "",
            listen=self._listen,
            proto="$http_x_forwarded_proto" if self._behind_tls else "$scheme",
            behind=self._behind() if self._behind_tls else "",
            servers="".join(servers),
        )

    def _behind(self) -> str:
        named = [f"  set_real_ip_from {each};" for each in self._proxies]
        return "\n".join([*named, _BEHIND])
