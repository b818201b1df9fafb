"""Does tasks: claims them, runs the functions that are registered for them, and keeps their leases."""

from __future__ import annotations

import contextvars
import inspect
import json
import logging
import os
import signal
import socket
import threading
import time
import traceback
from typing import Any, Callable, Literal, Optional, Sequence, TypeVar, Union

from .client import Client, Refused, WorkflowError
from .pool import Job, Outcome, ProcessLost, ProcessSlot, ThreadSlot
from .tasks import ClaimedTask, Tasks

log = logging.getLogger("workflowfunctions")

F = TypeVar("F", bound=Callable[..., Any])

_current: contextvars.ContextVar["CurrentTask"] = contextvars.ContextVar("current_task")


class TaskFailed(Exception):
    """Fails an attempt, and says whether another one may help and after how many seconds."""

    def __init__(self, message: str, retryable: bool = False, retry_after: Optional[float] = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after


class CurrentTask:
    """The task that the calling function does."""

    def __init__(self, task: ClaimedTask, report: Callable[[Any], None], cancelled: threading.Event) -> None:
        self.task = task
        self.id = task["id"]
        self.attempt = task["attempt"]
        self.execution_id = task["execution_id"]
        self._report = report
        self._cancelled = cancelled

    def progress(self, value: Any) -> None:
        """Says how far it is, for people: any JSON. It is sent with the next heartbeat."""
        self._report(value)

    @property
    def is_cancelled(self) -> bool:
        """Whether the task is not this worker's any more. A function in a process of its own is stopped by itself."""
        return self._cancelled.is_set()


def current_task() -> CurrentTask:
    """The task that the calling function does."""
    return _current.get()


class Worker:
    """Does tasks of some queues, so many at once, in threads or in processes."""

    def __init__(
        self,
        tasks: Optional[Tasks] = None,
        queues: Optional[Sequence[str]] = None,
        concurrency: int = 4,
        pool: Literal["threads", "processes"] = "threads",
        name: Optional[str] = None,
        poll_seconds: int = 5,
        grace_seconds: float = 60,
    ) -> None:
        """
        ``tasks`` is where tasks come from: a ``Client`` with the settings of the environment unless given. A stop takes up to
        ``poll_seconds`` until no task can come any more, and up to ``grace_seconds`` for those that run.
        """
        self.tasks: Tasks = tasks or Client()
        self.queues = queues
        self.concurrency = concurrency
        self.pool = pool
        self.name = name or f"{socket.gethostname()}-{os.getpid()}"
        self.poll_seconds = poll_seconds
        self.grace_seconds = grace_seconds
        self._functions: dict[str, Callable[[ClaimedTask], Outcome]] = {}
        self._time_limits: dict[str, Optional[float]] = {}
        self._running: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def task(self, name: Optional[str] = None) -> Callable[[F], F]:
        """Registers a function for the tasks of a name; that of the function unless given."""

        def register(function: F) -> F:
            self.handle(name or function.__name__, lambda task: _call(function, task))
            return function

        return register

    def handle(self, name: str, function: Callable[[ClaimedTask], Outcome], time_limit: Optional[float] = None) -> None:
        """Registers what does the tasks of a name. In a process of its own, it is stopped after ``time_limit`` seconds."""
        self._functions[name] = function
        self._time_limits[name] = time_limit

    def run(self) -> None:
        """Works until it is told to stop, by SIGTERM, SIGINT or ``stop``: then what runs may finish."""
        if not self._functions:
            raise ValueError("No task is registered: use @worker.task(\"name\").")
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())
        # Processes are made before there are threads.
        slots = [ProcessSlot(self._run) if self.pool == "processes" else ThreadSlot(self._run) for _ in range(self.concurrency)]
        threads = [threading.Thread(target=self._work, args=(slot,), daemon=True, name=f"slot-{i}") for i, slot in enumerate(slots)]
        beating = threading.Thread(target=self._beat, daemon=True, name="heartbeats")
        log.info("%s does %s in %d %s", self.name, ", ".join(sorted(self._functions)), self.concurrency, self.pool)
        for thread in [beating, *threads]:
            thread.start()
        # In small parts, so that signals are handled.
        while not self._stopping.wait(0.2):
            pass
        end = time.monotonic() + self.poll_seconds + self.grace_seconds
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        for slot in slots:
            slot.close()
        if any(thread.is_alive() for thread in threads):
            log.warning("Tasks have not finished in %s seconds; other workers claim them when their leases are over", self.grace_seconds)

    def stop(self) -> None:
        """Takes no more tasks; ``run`` returns when those that run have finished."""
        self._stopping.set()

    def _run(self, task: ClaimedTask, report: Callable[[Any], None], cancelled: threading.Event) -> Outcome:
        token = _current.set(CurrentTask(task, report, cancelled))
        try:
            return self._functions[task["name"]](task)
        except BaseException as error:  # Also of sys.exit() in a task: the worker goes on.
            return Outcome(error=f"{type(error).__name__}: {error}", traceback=traceback.format_exc())
        finally:
            _current.reset(token)

    def _work(self, slot: Union[ThreadSlot, ProcessSlot]) -> None:
        pause = 0.5
        while not self._stopping.is_set():
            try:
                claimed = self.tasks.claim(self.name, self.queues, sorted(self._functions), wait=self.poll_seconds)
                pause = 0.5
            except (OSError, WorkflowError) as error:
                log.warning("No task could be claimed: %s", error)
                self._stopping.wait(pause)
                pause = min(pause * 2, 2)
                continue
            for task in claimed:
                self._do(slot, task)

    def _do(self, slot: Union[ThreadSlot, ProcessSlot], task: ClaimedTask) -> None:
        job = Job(task)
        with self._lock:
            self._running[task["lease"]] = job
        try:
            try:
                outcome = slot.run(job, self._time_limits[task["name"]])
            except ProcessLost as error:
                # As if the worker itself had died: the lease ends, and the task goes to the next claim.
                log.error("The process that did %s (%s) has ended: %s", task["name"], task["id"], error)
                return
            self._report(job, outcome)
        finally:
            with self._lock:
                del self._running[task["lease"]]

    def _report(self, job: Job, outcome: Outcome) -> None:
        task, pause = job.task, 0.2
        while not job.cancelled.is_set():
            try:
                if outcome.error is None:
                    self.tasks.complete(task["id"], task["lease"], outcome.output)
                else:
                    self.tasks.fail(
                        task["id"], task["lease"], outcome.error, outcome.retryable, outcome.traceback, outcome.retry_after
                    )
                return
            except Refused as error:
                log.warning("%s", error)
                return
            except WorkflowError as error:
                if error.status < 500 and error.status != 429:
                    # What it gave cannot be stored: too large, for example.
                    if outcome.error is not None:
                        log.error("%s could not be reported: %s", task["id"], error)
                        return
                    outcome = Outcome(error=f"The result is not taken: {error}", retryable=False)
                    continue
            except OSError:
                pass
            # The server is out of reach: what was done is not given up for it.
            time.sleep(pause)
            pause = min(pause * 2, 2)

    def _beat(self) -> None:
        while True:
            with self._lock:
                jobs = list(self._running.values())
            now = time.monotonic()
            for job in jobs:
                if now < job.due or job.cancelled.is_set():
                    continue
                job.due = now + job.task["heartbeat_seconds"] / 3
                try:
                    self.tasks.heartbeat(job.task["id"], job.task["lease"], job.take_progress())
                except Refused as error:
                    log.warning("%s", error)
                    job.cancel()
                except (OSError, WorkflowError) as error:
                    log.warning("A heartbeat was lost: %s", error)
            time.sleep(min([0.5, *(job.task["heartbeat_seconds"] / 6 for job in jobs)]))


def _call(function: Callable[..., Any], task: ClaimedTask) -> Outcome:
    try:
        inspect.signature(function).bind(*task["args"], **task["kwargs"])
    except TypeError as error:
        return Outcome(error=f"The arguments do not fit: {error}", retryable=False)
    try:
        return Outcome(output=json.loads(json.dumps(function(*task["args"], **task["kwargs"]))))
    except TaskFailed as failure:
        return Outcome(error=str(failure), retryable=failure.retryable, retry_after=failure.retry_after, traceback=traceback.format_exc())
