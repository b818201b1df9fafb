"""The client and its workers, against a server."""

import os
import signal
import subprocess
import sys
import time
import unittest

from tests.server import ServerTest
from workflowfunctions import Client, Refused, TaskFailed, Worker, WorkflowError, current_task


class WorkerTests(ServerTest):
    """What a worker does."""

    def worker(self, **options):
        """A worker of the test's queue."""
        return Worker(self.client, [self.queue], poll_seconds=1, **options)

    def test_does_tasks_with_their_arguments(self):
        """In threads and in processes alike."""
        for pool in ("threads", "processes"):
            with self.subTest(pool):
                worker = self.worker(pool=pool, concurrency=2)

                @worker.task("add")
                def add(a, b, times=1):
                    return {"sum": (a + b) * times, "task": current_task().id, "process": os.getpid()}

                execution = self.start(self.task("add", 2, 3, kwargs={"times": 2}))
                output = self.during(worker, lambda: self.output(execution))
                self.assertEqual((10, f"{execution}:work"), (output["sum"], output["task"]))
                self.assertEqual(pool == "threads", output["process"] == os.getpid())

    def test_says_what_failed_and_whether_another_attempt_may_help(self):
        """The node's retry does the rest."""
        worker = self.worker(concurrency=1)
        attempts = []

        @worker.task("later")
        def later():
            attempts.append(current_task().attempt)
            if len(attempts) < 2:
                raise ConnectionError("Not yet.")
            return "there"

        @worker.task("never")
        def never():
            raise TaskFailed("Out of paper.")

        first = self.start(self.task("later", retry={"delay_seconds": 0.01}))
        second = self.start(self.task("never"))

        def ends():
            return self.output(first), self.client.wait(second, timeout=30)

        output, failed = self.during(worker, ends)
        self.assertEqual(("there", [1, 2]), (output, attempts))
        self.assertEqual("failed", failed["status"])
        self.assertIn("Out of paper.", failed["error_message"])

    def test_keeps_its_lease_as_long_as_it_works(self):
        """And says how far it is."""
        worker = self.worker(concurrency=2)
        calls = []

        @worker.task("slow")
        def slow():
            calls.append(1)
            for step in range(8):
                current_task().progress({"step": step})
                time.sleep(0.5)
            return self.client.call("GET", f"/api/workers/tasks?queue={self.queue}")[0]["progress"]

        execution = self.start(self.task("slow", heartbeat_seconds=2))
        output = self.during(worker, lambda: self.output(execution))
        self.assertEqual(1, len(calls))
        self.assertGreater(output["step"], 0)

    def test_stops_what_was_cancelled(self):
        """A process is ended; a function in a thread can ask."""
        for pool in ("threads", "processes"):
            with self.subTest(pool):
                worker = self.worker(pool=pool, concurrency=1)

                @worker.task("endless")
                def endless():
                    while not current_task().is_cancelled:
                        time.sleep(0.05)

                @worker.task("next")
                def following():
                    return "goes on"

                execution = self.start(self.task("endless", heartbeat_seconds=0.5))

                def cancel():
                    while not any(task["worker"] for task in self.client.call("GET", f"/api/workers/tasks?queue={self.queue}")):
                        time.sleep(0.05)
                    self.client.cancel(execution)
                    return self.output(self.start(self.task("next")))

                self.assertEqual("goes on", self.during(worker, cancel))

    def test_finishes_what_it_does_when_it_is_told_to_stop(self):
        """SIGTERM: nothing new is begun, and nothing is lost."""
        program = (
            "import time\n"
            "from workflowfunctions import Client, Worker\n"
            f"worker = Worker(Client(), [{self.queue!r}], concurrency=1, pool='processes', poll_seconds=1)\n"
            "@worker.task('slow')\n"
            "def slow():\n"
            "    time.sleep(1)\n"
            "    return 'done'\n"
            "worker.run()\n"
        )
        first, second = self.start(self.task("slow")), self.start(self.task("slow"))
        with subprocess.Popen([sys.executable, "-c", program]) as process:
            while not any(task["worker"] for task in self.client.call("GET", f"/api/workers/tasks?queue={self.queue}")):
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(0, process.wait(30))
        statuses = sorted(self.client.find(execution, wait=1)["status"] for execution in (first, second))
        self.assertEqual(["completed", "running"], statuses)

    def test_a_result_that_comes_too_late_is_refused(self):
        """With a sentence."""
        self.start(self.task("work", heartbeat_seconds=0.2))
        early = self.client.claim("asleep", [self.queue], wait=10)[0]
        late = self.client.claim("awake", [self.queue], wait=10)[0]
        with self.assertRaisesRegex(Refused, "lease"):
            self.client.complete(early["id"], early["lease"], "late")
        self.client.complete(late["id"], late["lease"], "in time")


class ClientTests(ServerTest):
    """What the client calls."""

    def test_follows_an_execution_and_answers_it(self):
        """Starts, signals, events and waits."""
        execution = self.start(
            {"id": "ask", "type": "approval", "data": {}}, {"id": "end", "type": "output", "data": {"value": "{{ nodes.ask.comment }}"}},
            edges=(("ask", "end"),))
        seen = []
        for event in self.client.events(execution):
            seen.append(event["event_type"])
            if event["event_type"] == "node_waiting":
                self.client.signal(execution, "ask", {"decision": "approved", "comment": "Fine."})
        self.assertEqual(("created", "completed"), (seen[0], seen[-1]))
        self.assertEqual("Fine.", self.output(execution, "end"))

    def test_tells_what_is_wrong_in_the_server_s_words(self):
        """As an exception."""
        with self.assertRaisesRegex(Refused, "There is no execution 'none'"):
            self.client.find("none")
        with self.assertRaises(WorkflowError) as raised:
            self.client.start("none")
        self.assertEqual(400, raised.exception.status)
        with self.assertRaisesRegex(ValueError, "address"):
            Client("localhost")


if __name__ == "__main__":
    unittest.main()
