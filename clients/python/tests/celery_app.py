"""A Celery application of the kind that the schema document has in mind. Nothing in it knows of workflows."""

import os
import time

from celery import Celery, signals
from celery.exceptions import SoftTimeLimitExceeded

app = Celery("marketing", broker="redis://localhost:1/0")
app.conf.task_default_queue = "default"


class NotReady(Exception):
    """The other side is not ready yet."""


connections = []


@signals.worker_process_init.connect
def connect(**_):
    """Each process has a connection of its own."""
    connections.append(os.getpid())


@app.task(name="tasks.connections")
def count_connections():
    """How often its process was told to connect."""
    return len(connections)


@app.task(bind=True, name="tasks.generate_copy", max_retries=3)
def generate_copy(self, topic, words=100):
    """Is not ready the first time."""
    if self.request.retries == 0:
        raise self.retry(exc=NotReady("The model is warming up."), countdown=0)
    return {"text": f"{words} words about {topic}", "task": self.request.id, "retries": self.request.retries}


@app.task(name="tasks.check_copy")
def check_copy(text):
    """Raises where a word is not to be used."""
    if "cheap" in text:
        raise ValueError("The brand is not cheap.")
    return {"checked": text}


@app.task(bind=True, name="tasks.generate_image")
def generate_image(self, prompt, seconds=0.2):
    """Takes its time."""
    for step in range(4):
        self.update_state(state="PROGRESS", meta={"step": step})
        time.sleep(seconds / 4)
    return {"image": f"{prompt}.png", "process": os.getpid()}


@app.task(name="tasks.flaky", autoretry_for=(NotReady,), retry_kwargs={"max_retries": 5, "countdown": 0}, bind=True)
def flaky(self):
    """Is retried by itself."""
    if self.request.retries < 2:
        raise NotReady("Not yet.")
    return self.request.retries


@app.task(name="tasks.endless", soft_time_limit=0.3)
def endless():
    """Is told when its time is over."""
    try:
        time.sleep(60)
    except SoftTimeLimitExceeded:
        return "stopped in time"


@app.task(name="tasks.stubborn", time_limit=0.3)
def stubborn():
    """Does not listen."""
    time.sleep(60)
