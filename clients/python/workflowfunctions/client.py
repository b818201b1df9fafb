"""Calls of the HTTP API, with the standard library alone. The page ``/scalar`` of a server describes all of them."""

from __future__ import annotations

import http.client
import json
import os
import select
import threading
import time
from typing import Any, Iterator, Mapping, Optional, Sequence, TypedDict
from urllib.parse import quote, urlencode, urlsplit

from .tasks import ClaimedTask

_WAIT = 30


class WorkflowError(Exception):
    """The server has answered with a problem (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(problem.get("detail") or problem.get("title") or f"HTTP {status}")
        self.status = status
        self.problem = problem


class Refused(WorkflowError):
    """What was asked is not there, or takes no such call any more (404, 409): asking again does not help."""


class Execution(TypedDict, total=False):
    """An execution, in the names of ``workflow_executions``; ``outputs`` and ``jobs`` where it is read."""

    id: str
    template_id: str
    workspace_id: str
    status: str
    progress_percent: int
    error_message: Optional[str]
    outputs: dict[str, Any]
    jobs: list[dict[str, Any]]


class Event(TypedDict, total=False):
    """An event of an execution, in the names of ``workflow_execution_events``."""

    id: int
    event_type: str
    node_id: Optional[str]
    event_data: Any
    message: Optional[str]
    created_at: str


class Client:
    """Calls a server. May be used by several threads: each has a connection of its own, which is kept."""

    def __init__(self, url: Optional[str] = None, key: Optional[str] = None, timeout: float = 90) -> None:
        """The address and the key are those of ``WORKFLOW_URL`` and ``WORKFLOW_KEY`` unless given."""
        address = urlsplit(url or os.environ.get("WORKFLOW_URL") or "http://localhost:5000")
        if address.scheme not in ("http", "https") or not address.netloc:
            raise ValueError(f"'{address.geturl()}' is not the address of a server, such as http://localhost:5000")
        self._address = address
        self._timeout = timeout
        self._headers = {"Accept": "application/json"}
        if key or os.environ.get("WORKFLOW_KEY"):
            self._headers["Authorization"] = f"Bearer {key or os.environ['WORKFLOW_KEY']}"
        self._local = threading.local()

    # Executions

    def start(
        self,
        template_id: str,
        params: Optional[Mapping[str, Any]] = None,
        config: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
        **ids: str,
    ) -> Execution:
        """Starts an execution; with a key of the caller's own, once. ``ids``: workspace_id, project_id, user_id."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.call("POST", "/api/executions", {"template_id": template_id, **_given(params=params, config=config), **ids}, headers)

    def find(self, execution_id: str, wait: int = 0) -> Execution:
        """Reads an execution with its outputs; with ``wait``, when it ends or pauses, or after so many seconds (60 at the most)."""
        return self.call("GET", f"/api/executions/{_part(execution_id)}?{urlencode({'wait': wait})}")

    def wait(self, execution_id: str, timeout: Optional[float] = None) -> Execution:
        """Waits until an execution has ended or is paused. TimeoutError if it takes longer."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _WAIT if end is None else max(0, min(_WAIT, int(end - time.monotonic()) + 1))
            execution = self.find(execution_id, wait=left)
            if execution["status"] not in ("pending", "running"):
                return execution
            if end is not None and time.monotonic() >= end:
                raise TimeoutError(f"The execution '{execution_id}' is {execution['status']} after {timeout} seconds.")

    def signal(self, execution_id: str, name: str, payload: Any = None) -> Execution:
        """Sends a signal; an approval is answered by the id of its node, with ``{"decision": "approved"}``."""
        return self.call("POST", f"/api/executions/{_part(execution_id)}/signals/{_part(name)}", {} if payload is None else payload)

    def pause(self, execution_id: str, reason: Optional[str] = None) -> Execution:
        """Pauses an execution: what runs finishes, and nothing new starts."""
        return self._change(execution_id, "pause", reason)

    def resume(self, execution_id: str, reason: Optional[str] = None) -> Execution:
        """Goes on with an execution that is paused."""
        return self._change(execution_id, "resume", reason)

    def cancel(self, execution_id: str, reason: Optional[str] = None) -> Execution:
        """Cancels an execution."""
        return self._change(execution_id, "cancel", reason)

    def retry(self, execution_id: str, reason: Optional[str] = None) -> Execution:
        """Goes on with an execution that failed or was cancelled."""
        return self._change(execution_id, "retry", reason)

    def events(self, execution_id: str, after: int = 0) -> Iterator[Event]:
        """The events of an execution as they happen, until it has ended. Goes on by itself where a connection is lost."""
        while True:
            try:
                is_over = True
                for event in self._stream(execution_id, after):
                    after, is_over = event["id"], False
                    yield event
                # A stream that ends may have been cut off; where nothing can follow any more, the next one is empty.
                if is_over:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(1)

    # Tasks

    def claim(
        self, worker: str, queues: Optional[Sequence[str]] = None, names: Optional[Sequence[str]] = None, count: int = 1, wait: int = 0
    ) -> list[ClaimedTask]:
        """Takes tasks to do, or waits up to so many seconds (30 at the most) for some."""
        body = {"worker": worker, "max": count, "wait": wait, **_given(queues=queues and list(queues), names=names and list(names))}
        return self.call("POST", "/api/workers/tasks/claim", body)["tasks"]

    def heartbeat(self, task_id: str, lease: str, progress: Any = None) -> None:
        """Renews a lease, and says how far the task is."""
        self._report(task_id, "heartbeat", {"lease": lease, **_given(progress=progress)})

    def complete(self, task_id: str, lease: str, output: Any = None) -> None:
        """Completes a task; the output is that of its node."""
        self._report(task_id, "complete", {"lease": lease, "output": output})

    def fail(
        self,
        task_id: str,
        lease: str,
        error: str,
        retryable: bool = True,
        traceback: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        """Fails an attempt. Another one follows if it is retryable and the node's retry has one left."""
        body = {"lease": lease, "error": error or "No reason was given.", "retryable": retryable}
        self._report(task_id, "fail", {**body, **_given(traceback=traceback, retry_after_seconds=retry_after)})

    # Any call

    def call(self, method: str, path: str, body: Any = None, headers: Optional[Mapping[str, str]] = None) -> Any:
        """Calls the API, and answers the JSON that it answers. ConnectionError, or another OSError, where there is no answer."""
        content = None if body is None else json.dumps(body).encode()
        sent = {**self._headers, **(headers or {})}
        if content is not None:
            sent["Content-Type"] = "application/json"
        connection = getattr(self._local, "connection", None)
        if connection is None or _is_closed(connection):
            connection = self._local.connection = self._connection()
        try:
            return self._answer(connection, method, path, content, sent)
        except http.client.HTTPException as error:
            raise ConnectionError(f"The answer was cut off: {error!r}") from error

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        return kind(self._address.netloc, timeout=self._timeout)

    def _answer(
        self, connection: http.client.HTTPConnection, method: str, path: str, content: Optional[bytes], headers: Mapping[str, str]
    ) -> Any:
        try:
            connection.request(method, self._address.path.rstrip("/") + path, content, dict(headers))
            response = connection.getresponse()
            text = response.read()
        except BaseException:
            connection.close()
            self._local.connection = None
            raise
        if response.status >= 400:
            raise _problem(response.status, text)
        return json.loads(text) if text else None

    def _change(self, execution_id: str, call: str, reason: Optional[str]) -> Execution:
        return self.call("POST", f"/api/executions/{_part(execution_id)}/{call}", _given(reason=reason))

    def _report(self, task_id: str, call: str, body: Mapping[str, Any]) -> None:
        self.call("POST", f"/api/workers/tasks/{_part(task_id)}/{call}", body)

    def _stream(self, execution_id: str, after: int) -> Iterator[Event]:
        connection = self._connection()
        try:
            headers = {**self._headers, "Accept": "text/event-stream", "Last-Event-ID": str(after)}
            connection.request("GET", f"{self._address.path.rstrip('/')}/api/executions/{_part(execution_id)}/events", headers=headers)
            response = connection.getresponse()
            if response.status >= 400:
                raise _problem(response.status, response.read())
            data: list[str] = []
            for line in response:
                text = line.decode().rstrip("\r\n")
                if text.startswith("data:"):
                    data.append(text[5:].removeprefix(" "))
                elif not text and data:
                    yield json.loads("\n".join(data))
                    data = []
        finally:
            connection.close()


def _problem(status: int, text: bytes) -> WorkflowError:
    try:
        problem = json.loads(text)
    except ValueError:
        problem = {}
    kind = Refused if status in (404, 409) else WorkflowError
    return kind(status, problem if isinstance(problem, dict) else {})


def _is_closed(connection: http.client.HTTPConnection) -> bool:
    """Whether the server has closed a connection that was kept: nobody else speaks unasked."""
    return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])


def _part(text: str) -> str:
    return quote(text, safe="")


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
