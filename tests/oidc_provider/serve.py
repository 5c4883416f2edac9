# mypy: disable-error-code="import-untyped,attr-defined"
# Another Django than ours, with its own users: our settings' types do not hold here.
"""The provider's process: `python serve.py FOLDER PORT`.

The folder holds its database, its signing key (`key.pem`), the clients and people it begins with
(`begin.json`) and what it is to say otherwise than it would (`claims.json`), for the tests of what
a wrong provider says. With `forging.json` its identity tokens are signed by `forger.pem`, a key
that it does not publish; the file says which key their header names. `asked` names the paths that
were asked for, one a line.
"""

import json
import sys
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from jwcrypto import jwk, jws

FOLDER, PORT = Path(sys.argv[1]), int(sys.argv[2])
ISSUER = f"http://127.0.0.1:{PORT}/o"

settings.configure(
    SECRET_KEY="of the test's provider",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "provider.db")}
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    SESSION_COOKIE_NAME="provider_session",
    LOGIN_URL="/login/",
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": ISSUER,
        "OIDC_RSA_PRIVATE_KEY": (FOLDER / "key.pem").read_text(),
        "PKCE_REQUIRED": True,
        "SCOPES": {"openid": "Who you are", "email": "Your address"},
        "OAUTH2_VALIDATOR_CLASS": f"{__name__}.Validator",
    },
)
django.setup()

from django.contrib.auth import authenticate, get_user_model, login  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402


class Validator(OAuth2Validator):  # type: ignore[misc]
    """Says of a person what `begin.json` says, and what `claims.json` wants it to say wrongly."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: object) -> dict[str, object]:
        return dict(_read("begin.json")["people"][request.user.username]["claims"])

    def get_id_token_dictionary(self, *given: object) -> object:
        claims, expires = super().get_id_token_dictionary(*given)
        claims.update(_read("claims.json"))
        return claims, expires

    def finalize_id_token(self, *given: object) -> str:
        token = str(super().finalize_id_token(*given))
        return _forged(token) if (FOLDER / "forging.json").exists() else token


def _forged(token: str) -> str:
    """The same claims, signed by who is not the provider."""
    honest, key = jws.JWS(), jwk.JWK.from_pem((FOLDER / "forger.pem").read_bytes())
    honest.deserialize(token)
    header = json.loads(honest.objects["protected"])
    match _read("forging.json")["kid"]:
        case "its own":
            header["kid"] = key.thumbprint()
        case "none":
            del header["kid"]
        case "brought along":
            del header["kid"]
            header["jwk"] = key.export_public(as_dict=True)
    forged = jws.JWS(honest.objects["payload"])
    forged.allowed_algs = [header["alg"]]
    forged.add_signature(key, alg=header["alg"], protected=json.dumps(header))
    return str(forged.serialize(compact=True))


def sign_in(request: HttpRequest) -> HttpResponse:
    """The provider's own form."""
    if request.method == "POST":
        user = authenticate(
            request, username=request.POST["username"], password=request.POST["password"]
        )
        if user is not None:
            login(request, user)
            return HttpResponse(status=302, headers={"Location": request.GET["next"]})
    return HttpResponse(
        "<!doctype html><title>Provider</title><form method=post>"
        "<label>Name <input name=username></label>"
        "<label>Secret <input name=password type=password></label><button>Go</button></form>"
    )


urlpatterns = [
    path("login/", sign_in),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]


def _read(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / name).read_text()))


def _begin() -> None:
    if (FOLDER / "provider.db").exists():
        return
    call_command("migrate", verbosity=0)
    begin = _read("begin.json")
    for name, person in begin["people"].items():
        get_user_model().objects.create_user(name, password=str(person["password"]))
    for client_id, client in begin["clients"].items():
        Application.objects.create(
            client_id=client_id,
            client_secret=client["secret"],
            hash_client_secret=False,
            redirect_uris=client["redirect_uri"],
            client_type="confidential",
            authorization_grant_type="authorization-code",
            algorithm=client.get("algorithm", "RS256"),
            skip_authorization=True,
        )


class Server(WSGIServer):
    request_queue_size = 20


def main() -> None:
    from django.core.wsgi import get_wsgi_application

    _begin()
    application = get_wsgi_application()

    def noting(environ: dict[str, Any], start_response: Any) -> Any:
        with (FOLDER / "asked").open("a") as asked:
            asked.write(f"{environ['PATH_INFO']}\n")
        return application(environ, start_response)

    with make_server("127.0.0.1", PORT, noting, server_class=Server) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
