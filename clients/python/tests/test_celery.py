"""A Celery application under the bridge, unchanged."""

import os
import subprocess
import sys
import unittest

from tests.server import ServerTest

try:
    import celery
except ImportError:
    celery = None


@unittest.skipUnless(celery, "Celery is not installed")
class CeleryTests(ServerTest):
    """What its tasks give."""

    def run(self, result=None):
        """The bridge runs beside each test."""
        if getattr(self, "__unittest_skip__", False):
            return super().run(result)
        command = [sys.executable, "-m", "workflowfunctions.celery", "-A", "tests.celery_app", "-Q", self.id(), "-c", "2"]
        with subprocess.Popen(command, cwd=os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) as bridge:
            try:
                return super().run(result)
            finally:
                bridge.kill()

    def test_retries_raises_and_is_slow_as_under_celery(self):
        """The three tasks of the document."""
        execution = self.start(
            self.task("tasks.generate_copy", "tea", node="copy", kwargs={"words": 20}, retry={"max_attempts": 4, "delay_seconds": 0.01}),
            self.task("tasks.check_copy", "cheap tea", node="check", on_error="continue"),
            self.task("tasks.generate_image", "tea", node="image"))
        copy = self.output(execution, "copy")
        self.assertEqual({"text": "20 words about tea", "task": f"{execution}:copy", "retries": 1}, copy)
        self.assertEqual("tea.png", self.output(execution, "image")["image"])
        error = self.output(execution, "check")["error"]
        self.assertEqual(("ValueError: The brand is not cheap.", 1), (error["message"], error["attempts"]))

    def test_retries_by_itself_and_heeds_its_time_limits(self):
        """autoretry_for, soft_time_limit and time_limit."""
        execution = self.start(
            self.task("tasks.flaky", node="flaky", retry={"max_attempts": 6, "delay_seconds": 0.01}),
            self.task("tasks.endless", node="endless"),
            self.task("tasks.stubborn", node="stubborn", on_error="continue"))
        self.assertEqual(2, self.output(execution, "flaky"))
        self.assertEqual("stopped in time", self.output(execution, "endless"))
        self.assertIn("time limit", self.output(execution, "stubborn")["error"]["message"])

    def test_begins_each_process_once(self):
        """worker_process_init, whatever tasks a process does."""
        counts = [f"count{i}" for i in range(4)]
        execution = self.start(
            *(self.task("tasks.check_copy", "tea", node=f"check{i}") for i in range(4)),
            *(self.task("tasks.connections", node=node) for node in counts))
        self.assertEqual([1] * 4, [self.output(execution, node) for node in counts])


if __name__ == "__main__":
    unittest.main()
