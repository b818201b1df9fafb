"""The same calls by SQL, in the caller's own transaction. Takes psycopg 3; the role needs the right to call the functions and no other."""

from __future__ import annotations

import time
from typing import Any, Optional, Sequence

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from .client import Refused
from .tasks import ClaimedTask

_POLL_SECONDS = 0.5
_COMPLETE = "SELECT workflow_complete_task(%s, %s, %s)"
_FAIL = "SELECT workflow_fail_task(%s, %s, %s, %s, %s::float8, %s)"


def complete_task(connection: psycopg.Connection[Any], task_id: str, output: Any = None, lease: Optional[str] = None) -> None:
    """Completes a task when the transaction is committed."""
    connection.execute(_COMPLETE, (task_id, Jsonb(output), lease))


def fail_task(
    connection: psycopg.Connection[Any],
    task_id: str,
    error: str,
    retryable: bool = True,
    traceback: Optional[str] = None,
    retry_after: Optional[float] = None,
    lease: Optional[str] = None,
) -> None:
    """Fails an attempt when the transaction is committed."""
    connection.execute(_FAIL, (task_id, error, retryable, traceback, retry_after, lease))


def signal(connection: psycopg.Connection[Any], execution_id: str, name: str, payload: Any = None) -> None:
    """Sends a signal when the transaction is committed."""
    connection.execute("SELECT workflow_signal(%s, %s, %s)", (execution_id, name, Jsonb(payload)))


class SqlTasks:
    """The queue of a worker over a database: ``Worker(SqlTasks("postgresql://…"))``. Each call is a transaction of its own."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo

    def claim(
        self, worker: str, queues: Optional[Sequence[str]] = None, names: Optional[Sequence[str]] = None, count: int = 1, wait: int = 0
    ) -> list[ClaimedTask]:
        """Takes tasks, or waits up to so many seconds for some."""
        end = time.monotonic() + wait
        while True:
            rows = self._execute(
                "SELECT * FROM workflow_claim_tasks(%s, %s, %s, %s)",
                (worker, list(queues or ["default"]), count, None if names is None else list(names)),
            )
            if rows or time.monotonic() >= end:
                return rows
            time.sleep(_POLL_SECONDS)

    def heartbeat(self, task_id: str, lease: str, progress: Any = None) -> None:
        """Renews a lease."""
        self._execute("SELECT workflow_heartbeat(%s, %s, %s)", (task_id, lease, None if progress is None else Jsonb(progress)))

    def complete(self, task_id: str, lease: str, output: Any = None) -> None:
        """Completes a task."""
        self._execute(_COMPLETE, (task_id, Jsonb(output), lease))

    def fail(
        self,
        task_id: str,
        lease: str,
        error: str,
        retryable: bool = True,
        traceback: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        """Fails an attempt."""
        self._execute(_FAIL, (task_id, error, retryable, traceback, retry_after, lease))

    def _execute(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        try:
            with psycopg.connect(self._conninfo, row_factory=dict_row) as connection:
                return connection.execute(statement, parameters).fetchall()
        except psycopg.Error as error:
            if error.sqlstate in ("WF404", "WF409"):
                raise Refused(int(error.sqlstate[2:]), {"detail": error.diag.message_primary}) from error
            raise ConnectionError(str(error)) from error
