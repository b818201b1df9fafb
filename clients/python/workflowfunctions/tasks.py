"""What a worker needs of the queue, over HTTP (``Client``) or by SQL (``SqlTasks``)."""

from __future__ import annotations

from typing import Any, Optional, Protocol, Sequence, TypedDict


class ClaimedTask(TypedDict):
    """A task that a worker has been given."""

    id: str
    lease: str
    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    queue: str
    attempt: int
    max_attempts: int
    execution_id: str
    workspace_id: str
    heartbeat_seconds: float


class Tasks(Protocol):
    """Gives tasks to a worker and takes their results. What it does not take any more it refuses with ``Refused``."""

    def claim(
        self, worker: str, queues: Optional[Sequence[str]] = None, names: Optional[Sequence[str]] = None, count: int = 1, wait: int = 0
    ) -> list[ClaimedTask]:
        """Takes tasks, or waits up to so many seconds for some."""
        ...

    def heartbeat(self, task_id: str, lease: str, progress: Any = None) -> None:
        """Renews a lease."""
        ...

    def complete(self, task_id: str, lease: str, output: Any = None) -> None:
        """Completes a task; the output is that of its node."""
        ...

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
        ...
