"""Runs the tasks of a Celery application, as they are: ``python -m workflowfunctions.celery -A app --queues copy,images``.

The application's registered tasks do the ``task`` nodes of their names. Retries are the nodes': ``self.retry`` and ``autoretry_for`` end the
attempt, and say when the next one may follow. No broker is used, and a result backend only for ``self.update_state``.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from datetime import datetime
from types import FrameType
from typing import Any, Optional, Sequence

from celery import Celery, signals
from celery.app.task import Task
from celery.app.trace import build_tracer
from celery.app.utils import find_app
from celery.backends.base import DisabledBackend
from celery.exceptions import Ignore, Reject, Retry, SoftTimeLimitExceeded
from celery.utils.nodenames import gethostname
from kombu.utils.json import dumps

from .client import Client
from .pool import Outcome
from .tasks import ClaimedTask, Tasks
from .worker import Worker, current_task

log = logging.getLogger("workflowfunctions.celery")


class _Progress(DisabledBackend):  # type: ignore[misc]
    """Takes what ``self.update_state`` says, where the application has no result backend: it goes along with the next heartbeat."""

    def store_result(self, task_id: str, result: Any, state: str, *_: Any, **__: Any) -> None:
        """Keeps the state and what is known of it."""
        current_task().progress({"state": state, "meta": json.loads(dumps(result))})


def worker_of(
    app: Celery,
    tasks: Optional[Tasks] = None,
    queues: Optional[Sequence[str]] = None,
    concurrency: Optional[int] = None,
    **options: Any,
) -> Worker:
    """A worker that does the registered tasks of an application, each in a process of its own."""
    app.loader.import_default_modules()
    app.finalize()
    has_backend = not isinstance(app.backend, DisabledBackend)
    worker = Worker(tasks, queues, concurrency or app.conf.worker_concurrency or os.cpu_count() or 1, "processes", **options)
    for name, task in app.tasks.items():
        if not name.startswith("celery."):
            if not has_backend:
                task.backend = _Progress(app)
            limit = task.time_limit or app.conf.task_time_limit
            worker.handle(name, _Traced(app, task, limit), limit)
    return worker


class _Traced:
    """Runs a task as Celery's own workers do: with its request, its handlers and Celery's signals."""

    def __init__(self, app: Celery, task: Task, limit: Optional[float]) -> None:
        self._app = app
        self._task = task
        self._limit = limit
        self._soft_limit = task.soft_time_limit or app.conf.task_soft_time_limit

    def __call__(self, task: ClaimedTask) -> Outcome:
        _begin_process()
        # As if the task had been applied: a retry is raised, and not sent to a broker.
        request = {
            "id": task["id"],
            "root_id": task["id"],
            "retries": task["attempt"] - 1,
            "is_eager": True,
            "hostname": gethostname(),
            "args": task["args"],
            "kwargs": task["kwargs"],
            "headers": {"execution_id": task["execution_id"]},
            "timelimit": (self._limit, self._soft_limit),
            "delivery_info": {"is_eager": True, "exchange": "", "routing_key": task["queue"], "redelivered": False},
        }
        trace = build_tracer(self._task.name, self._task, app=self._app, eager=True, propagate=False)
        with _SoftLimit(self._soft_limit):
            traced = trace(task["id"], task["args"], task["kwargs"], request)
        if traced.info is None:
            return _succeeded(traced.retval)
        return _failed(traced.info.retval, str(getattr(traced.retval, "traceback", "")) or None)


def _succeeded(result: Any) -> Outcome:
    try:
        # Dates, numbers and ids as Celery's own serializer writes them.
        return Outcome(output=json.loads(dumps(result)))
    except (TypeError, ValueError) as error:
        return Outcome(error=f"The result is no JSON: {error}", retryable=False)


def _failed(error: Any, traceback: Optional[str]) -> Outcome:
    if isinstance(error, Retry):
        reason = error.exc if error.exc is not None else error.message or "The task asks to be tried again."
        text = f"{type(reason).__name__}: {reason}" if isinstance(reason, BaseException) else str(reason)
        return Outcome(error=text, retryable=True, retry_after=_seconds(error.when), traceback=traceback)
    if isinstance(error, Ignore):
        return Outcome()
    if isinstance(error, Reject):
        return Outcome(error=f"The task was rejected: {error.reason}", retryable=bool(error.requeue))
    return Outcome(error=f"{type(error).__name__}: {error}", retryable=False, traceback=traceback)


def _seconds(when: Any) -> Optional[float]:
    if isinstance(when, datetime):
        when = (when - datetime.now(when.tzinfo)).total_seconds()
    return None if when is None else max(0.0, float(when))


class _SoftLimit:
    """Raises SoftTimeLimitExceeded in the task after so many seconds."""

    def __init__(self, seconds: Optional[float]) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        if self._seconds:
            signal.signal(signal.SIGALRM, self._exceed)
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: Any) -> None:
        if self._seconds:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _exceed(self, number: int, frame: Optional[FrameType]) -> None:
        raise SoftTimeLimitExceeded(f"It took longer than {self._seconds} seconds.")


_begun: Optional[int] = None


def _begin_process() -> None:
    """Lets the application make its connections, once in each process."""
    global _begun
    if _begun != os.getpid():
        _begun = os.getpid()
        signals.worker_process_init.send(sender=None)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m workflowfunctions.celery", description="Runs the tasks of a Celery application.")
    parser.add_argument("-A", "--app", required=True, help="the application, as Celery's own command takes it")
    parser.add_argument("-Q", "--queues", help="queues, with commas between them; those of the key, or 'default', unless given")
    parser.add_argument(
        "-c", "--concurrency", type=int, help="how many tasks at once; the application's worker_concurrency, or the number of cores, unless given"
    )
    parser.add_argument("-n", "--hostname", help="the name of this worker, for people")
    parser.add_argument("--url", help="the server; WORKFLOW_URL unless given. Its key is WORKFLOW_KEY")
    parser.add_argument("--database", help="take tasks by SQL, from this database (needs psycopg)")
    parser.add_argument("-l", "--loglevel", default="INFO")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=given.loglevel.upper(), format="[%(asctime)s: %(levelname)s/%(processName)s] %(message)s")
    sys.path.insert(0, os.getcwd())
    app = find_app(given.app)
    tasks: Tasks
    if given.database:
        from .sql import SqlTasks

        tasks = SqlTasks(given.database)
    else:
        tasks = Client(given.url)
    worker = worker_of(app, tasks, given.queues and given.queues.split(","), given.concurrency, name=given.hostname)
    worker.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
