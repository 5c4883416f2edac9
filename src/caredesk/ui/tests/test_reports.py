"""Reports of the content policy: the rule and our page, and nothing of what they quote."""

import json
import logging

import pytest
from django.test import Client

from caredesk.kernel.ids import new_id
from caredesk.ui import reports


@pytest.fixture(autouse=True)
def quiet_before() -> None:
    reports._said.update(minute=-1, lines=0)


def report(body: object, content_type: str = "application/csp-report") -> int:
    sent = body if isinstance(body, str) else json.dumps(body)
    answer = Client(enforce_csrf_checks=True).post("/csp-report/", sent, content_type=content_type)
    return answer.status_code


OLD = {
    "csp-report": {
        "document-uri": f"http://testserver/patients/{new_id()}/?name=Quaverley",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/Quaverley",
        "script-sample": "Quaverley, born 3/7/74",
    }
}
NEW = {
    "type": "csp-violation",
    "user_agent": "Quaverley",
    "body": {
        "documentURL": f"http://testserver/patients/{new_id()}/",
        "effectiveDirective": "require-trusted-types-for",
        "sample": "Element innerHTML|Quaverley",
    },
}


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (OLD, "script-src-elem was broken on people:patient"),
        ([NEW], "require-trusted-types-for was broken on people:patient"),
    ],
)
def test_it_is_said_which_rule_and_which_page(
    sent: object, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert report(sent) == 204
    assert says in caplog.text
    assert "Quaverley" not in caplog.text


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "not json",
        "[" * 3000,
        "[]",
        "3",
        {"csp-report": "Quaverley"},
        {"csp-report": {"document-uri": "http://[", "effective-directive": "Quaverley\n2026"}},
        {"csp-report": {"document-uri": "http://testserver/Quaverley/"}},
        [[NEW]],
    ],
)
def test_whatever_is_sent_quotes_nothing(sent: object, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert report(sent) == 204
    assert "Quaverley" not in caplog.text


def test_too_long_a_report_is_not_read() -> None:
    assert report("x" * (reports.LONGEST + 1)) == 413


def test_the_log_is_not_filled(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            assert report([NEW] * 10) == 204
    assert caplog.text.count("content policy:") == reports.MOST_A_MINUTE
