"""What the tests ask of a server: the one at WORKFLOW_URL."""

import os
import unittest
from typing import Any, Callable
import threading

from workflowfunctions import Client, Worker


@unittest.skipUnless(os.environ.get("WORKFLOW_URL"), "WORKFLOW_URL names no server")
class ServerTest(unittest.TestCase):
    """A test against a server. Each has a queue of its own."""

    def setUp(self) -> None:
        """Makes a client."""
        self.client = Client()
        self.queue = self.id()

    def start(self, *nodes: dict[str, Any], edges: tuple[tuple[str, str], ...] = ()) -> str:
        """Saves a workflow and starts it; tasks wait in the queue of the test."""
        for node in nodes:
            if node["type"] == "task":
                node["data"].setdefault("queue", self.queue)
        template = self.client.call("POST", "/api/templates", {
            "name": self.id(), "nodes": list(nodes), "edges": [{"id": f"{a}-{b}", "source": a, "target": b} for a, b in edges]})
        return self.client.start(template["id"])["id"]

    def task(self, name: str, *args: Any, node: str = "work", **settings: Any) -> dict[str, Any]:
        """A node that lets a worker do something."""
        return {"id": node, "type": "task", "data": {"name": name, "args": list(args), **settings}}

    def during(self, worker: Worker, action: Callable[[], Any]) -> Any:
        """Does something while a worker runs."""
        thread = threading.Thread(target=worker.run, daemon=True)
        thread.start()
        try:
            return action()
        finally:
            worker.stop()
            thread.join(30)
            self.assertFalse(thread.is_alive(), "The worker has not stopped.")

    def output(self, execution_id: str, node: str = "work") -> Any:
        """Waits for an execution to complete, and answers what a node of it gave."""
        execution = self.client.wait(execution_id, timeout=30)
        self.assertEqual("completed", execution["status"], execution.get("error_message"))
        return execution["outputs"][node]
