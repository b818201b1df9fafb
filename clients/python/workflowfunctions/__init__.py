"""Does the tasks of workflows in Python, and starts, follows and signals executions."""

from .client import Client, Event, Execution, Refused, WorkflowError
from .tasks import ClaimedTask, Tasks
from .worker import CurrentTask, TaskFailed, Worker, current_task

__all__ = [
    "ClaimedTask",
    "Client",
    "CurrentTask",
    "Event",
    "Execution",
    "Refused",
    "TaskFailed",
    "Tasks",
    "Worker",
    "WorkflowError",
    "current_task",
]
