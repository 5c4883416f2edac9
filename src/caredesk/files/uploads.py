"""Taking a file from a form: refused by its size before it is read, spooled encrypted."""

from collections.abc import Callable, Mapping
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse

from caredesk.files.refusing import record_refused_upload
from caredesk.files.rules.names import size_words
from caredesk.files.rules.unfit import Why
from caredesk.files.spool import Spool
from caredesk.kernel.problems import Described
from caredesk.ui.errors import answer_error

# The fields of a form and the marks between them, beside the file.
_AROUND = 256 * 1024

GetResponse = Callable[[HttpRequest], HttpResponse]


def takes_file[V: Callable[..., HttpResponse]](view: V) -> V:
    """Mark a view whose form has a file: to every other one files are not even read."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def _takes_file(view: Any) -> bool:
    return bool(getattr(view, "takes_file", False))


class SizeMiddleware:
    """Answers 413 to a file that is too long, before anything of it is read; and puts on record
    which file was refused, here or by what was found in it.

    Listed before the check of the form's token, which is the first to read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for why in _refused(request):
            record_refused_upload(request, _named(request), why)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not _takes_file(view):
            return None
        stated = request.META.get("CONTENT_LENGTH") or "0"
        if stated.isdigit() and int(stated) <= settings.CAREDESK_LARGEST_FILE + _AROUND:
            return None
        record_refused_upload(request, kwargs, "too large")
        return answer_error(request, _too_long())


def _refused(request: HttpRequest) -> list[Why]:
    """Why files of this request were refused, if its form was read at all."""
    files = getattr(request, "_files", None)
    sent = [each for _, found in files.lists() for each in found] if files else []
    return [each.refused for each in sent if isinstance(each, SpooledUpload) and each.refused]


def _named(request: HttpRequest) -> Mapping[str, Any]:
    return request.resolver_match.kwargs if request.resolver_match else {}


def _too_long() -> Described:
    return Described(
        413,
        "too_long",
        "Too large",
        f"A file may have at most {size_words(settings.CAREDESK_LARGEST_FILE)}.",
        "Scan it in grey or at 200 dpi, or send it in parts.",
    )


class SpooledUpload(UploadedFile):  # type: ignore[type-arg]
    """What was sent, waiting encrypted. What the browser says of its type is believed by nobody.

    `refused` is said by what examines it.
    """

    refused: Why | None = None

    def __init__(self, spool: Spool, name: str, content_type: str) -> None:
        super().__init__(cast(IO[bytes], spool), name, content_type, spool.size)
        self.spool = spool


class SpoolHandler(FileUploadHandler):
    """Django's door for files; only for views that take one."""

    chunk_size = 64 * 1024

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        match = self.request.resolver_match if self.request else None
        if match is None or not _takes_file(match.func):
            raise SkipFile
        super().new_file(*args, **kwargs)
        self.spool = Spool()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.spool.write(raw_data)

    def file_complete(self, file_size: int) -> SpooledUpload:
        return SpooledUpload(self.spool, self.file_name or "", self.content_type or "")
