"""Tasks by SQL."""

import os
import unittest

from tests.server import ServerTest
from workflowfunctions import Refused, Worker

try:
    import psycopg
except ImportError:
    psycopg = None


@unittest.skipUnless(psycopg and os.environ.get("WORKFLOW_DATABASE"), "psycopg is not installed, or WORKFLOW_DATABASE names no database")
class SqlTests(ServerTest):
    """The same by SQL."""

    def test_a_worker_does_tasks_by_sql(self):
        """As it does over HTTP."""
        from workflowfunctions.sql import SqlTasks

        worker = Worker(SqlTasks(os.environ["WORKFLOW_DATABASE"]), [self.queue], concurrency=1, poll_seconds=1)
        worker.task("twice")(lambda number: number * 2)
        execution = self.start(self.task("twice", 4))
        self.assertEqual(8, self.during(worker, lambda: self.output(execution)))
        with self.assertRaisesRegex(Refused, "completed"):
            worker.tasks.complete(f"{execution}:work", "none")

    def test_a_row_and_the_completion_are_one_transaction(self):
        """Rolled back, nothing has happened."""
        from workflowfunctions.sql import complete_task, signal

        execution = self.start(
            self.task("write"), {"id": "wait", "type": "wait_for_signal", "data": {"signal": "go"}}, edges=(("work", "wait"),))
        self.client.claim("w", [self.queue], wait=10)
        with psycopg.connect(os.environ["WORKFLOW_DATABASE"]) as connection:
            with connection.transaction(force_rollback=True):
                complete_task(connection, f"{execution}:work", "undone")
            with connection.transaction():
                complete_task(connection, f"{execution}:work", "done")
            with connection.transaction():
                signal(connection, execution, "go", {"n": 1})
        self.assertEqual({"n": 1}, self.output(execution, "wait"))
        jobs = {job["node_id"]: job["output"] for job in self.client.find(execution)["jobs"]}
        self.assertEqual("done", jobs["work"])


if __name__ == "__main__":
    unittest.main()
