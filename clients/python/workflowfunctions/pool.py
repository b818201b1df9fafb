"""Where tasks run: in the thread that asks, or in a process beside it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Callable, Optional

from .tasks import ClaimedTask

Run = Callable[[ClaimedTask, Callable[[Any], None], threading.Event], "Outcome"]


@dataclass
class Outcome:
    """What came of a task."""

    output: Any = None
    error: Optional[str] = None
    retryable: bool = True
    retry_after: Optional[float] = None
    traceback: Optional[str] = None


class ProcessLost(Exception):
    """The process in which a task ran has ended before the task."""


@dataclass
class Job:
    """A task that runs."""

    task: ClaimedTask
    cancelled: threading.Event = field(default_factory=threading.Event)
    due: float = 0.0
    _progress: Any = None
    _stop: Optional[Callable[[], None]] = None

    def __post_init__(self) -> None:
        self.due = time.monotonic() + self.task["heartbeat_seconds"] / 3

    def report(self, progress: Any) -> None:
        """Keeps what the next heartbeat is to say."""
        self._progress = progress

    def take_progress(self) -> Any:
        """What the next heartbeat is to say; None for nothing new."""
        progress, self._progress = self._progress, None
        return progress

    def cancel(self) -> None:
        """The task is not this worker's any more."""
        self.cancelled.set()
        if self._stop is not None:
            self._stop()

    def stopped_by(self, stop: Optional[Callable[[], None]]) -> None:
        """Says what stops it."""
        self._stop = stop


class ThreadSlot:
    """Runs tasks in the thread that asks."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def run(self, job: Job, time_limit: Optional[float]) -> Outcome:
        """Runs a task."""
        return self._run(job.task, job.report, job.cancelled)

    def close(self) -> None:
        """Nothing is to be done."""


class ProcessSlot:
    """Runs tasks in a process beside this one, which is replaced when it is lost or has to be stopped."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._start()

    def run(self, job: Job, time_limit: Optional[float]) -> Outcome:
        """Runs a task. ProcessLost if the process ends before it has."""
        if not self._process.is_alive():
            self._start()
        end = None if time_limit is None else time.monotonic() + time_limit
        job.stopped_by(self._process.kill)
        try:
            self._pipe.send(job.task)
            while True:
                if not self._pipe.poll(None if end is None else max(0.0, end - time.monotonic())):
                    self._process.kill()
                    self._process.join()
                    return Outcome(error=f"The task took longer than its time limit of {time_limit} seconds.", retryable=False)
                kind, value = self._pipe.recv()
                if kind == "outcome":
                    return value
                job.report(value)
        except (EOFError, OSError):
            self._process.join(5)
            if job.cancelled.is_set():
                return Outcome(error="It was cancelled.")
            raise ProcessLost(f"exit code {self._process.exitcode}") from None
        finally:
            job.stopped_by(None)

    def close(self) -> None:
        """Ends the process."""
        self._pipe.close()
        self._process.join(1)
        self._process.kill()

    def _start(self) -> None:
        # The functions that are registered are there in a copy of this process, and would have to be found anew in any other.
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(self._run, theirs, self._pipe), daemon=True)
        self._process.start()
        theirs.close()


def _serve(run: Run, pipe: Connection, of_parent: Connection) -> None:
    of_parent.close()
    # A signal stops the worker alone: it lets this process finish.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        outcome = run(task, lambda progress: pipe.send(("progress", progress)), threading.Event())
        try:
            pipe.send(("outcome", outcome))
        except OSError:
            return


def _follow(parent: int) -> None:
    """Ends with the worker: nobody would take what comes of it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
