"""A browser tour or HTTP test that is skipped has proved nothing: the run fails."""

import pytest

_skipped_http = []



@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and _is_http(item):
        _skipped_http.append(f"{item.nodeid}: {report.longrepr[-1] if report.longrepr else ''}")


def _is_http(item):
    parents = getattr(item, "cls", None)
    return parents is not None and any(base.__name__ == "HttpCase" for base in parents.__mro__)


def pytest_sessionfinish(session):
    if _skipped_http:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for line in _skipped_http:
        terminalreporter.write_line(f"SKIPPED BROWSER OR HTTP TEST, the run fails: {line}", red=True)
