"""Hooks the recorder and the judge into pytest: a wrong call fails its test, or at the latest the run."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import specs
from tests.conformance import documents, far_calls
from tests.conformance.judge import Judge
from tests.conformance.recorder import Call, Recorder
from tests.conformance.report import Report


class Conformance:
    """Registered as a plugin when the documents are here."""

    def __init__(self, judge: Judge) -> None:
        self.recorder, self.judge, self.report = Recorder(), judge, Report()
        #: Wrong calls that came when their own test was over.
        self.late: list[str] = []
        self.seconds = 0.0
        self.judged_elsewhere = 0
        self._far = tempfile.TemporaryDirectory()

    def start(self) -> None:
        os.environ[far_calls.FOLDER] = self._far.name
        self.recorder.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self.recorder.test = item.nodeid
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        done = yield  # first the fixtures: they call as well
        own = self._wrong(of=item.nodeid)
        if own:
            pytest.fail("\n".join(["calls that do not fit the official documents:", *own]), pytrace=False)
        return done

    def _wrong(self, of: str) -> list[str]:
        """Judges what came since the last time. What belongs to the test *of* is returned, the rest is kept."""
        started = time.thread_time()
        own: list[str] = []
        far = [replace(call, test=of) for call in far_calls.taken(Path(self._far.name))]
        for call in [*self.recorder.take(), *far]:
            verdict = self.judge.judge(call)
            self.report.add(call, verdict)
            for complaint in verdict.complaints:
                (own if call.test == of else self.late).append(_sentence(call, complaint))
        self.seconds += time.thread_time() - started
        return sorted(set(own))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.recorder.stop()
        os.environ.pop(far_calls.FOLDER, None)
        self._wrong(of="")
        self._far.cleanup()
        told = {
            "report": self.report.to_json(),
            "late": self.late,
            "seconds": self.seconds,
            "judged": self.judge.judged,
        }
        getattr(session.config, "workeroutput", {})["conformance"] = told
        if (self.late or self.report.unvalidated) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """One of several processes that share the run (pytest-xdist) is done: what it saw counts as seen here."""
        if told := getattr(node, "workeroutput", {}).get("conformance"):
            self.report.add_json(told["report"])
            self.late += told["late"]
            self.seconds += told["seconds"]
            self.judged_elsewhere += told["judged"]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self.report.calls:
            return
        terminalreporter.section("calls held to the official documents")
        for line in self.report.lines():
            terminalreporter.line(line)
        terminalreporter.line(
            f"{self.judge.judged + self.judged_elsewhere} shapes of requests and answers judged "
            f"in {self.seconds:.1f} s of processor time"
        )
        for each in sorted(set(self.late)):
            terminalreporter.line(f"WRONG {each}", red=True)


def _sentence(call: Call, complaint: str) -> str:
    who = "the service" if call.by_service else "somebody"
    return f"{call.method} {call.path} by {who}, answered {call.status}: {complaint} (during {call.test})"


def pytest_configure(config: pytest.Config) -> None:
    if documents.missing(specs.OPENAPI):
        return
    conformance = Conformance(Judge(documents.read(specs.OPENAPI), specs.CONTRACTS))
    config.pluginmanager.register(conformance, "conformance")
    conformance.start()
