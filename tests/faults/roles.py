"""What a child of the nursery does: the ticker, a worker of the queue, and each of them for a moment only."""

from __future__ import annotations

import importlib
import threading
import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.signing import SignedPackage

from csportal.worker import release_tasks
from renewals.management.commands import ticker as command

PAUSE = 0.02
"""Seconds between two looks, and where a database that is away is waited for: impatient, for a test's sake."""


def ticker() -> None:
    """The ticker, round after round, until killed."""
    command.SECOND = PAUSE
    command.Ticker(threading.Event()).run()


def one_tick() -> None:
    """`manage.py tick`: what is due, once."""
    call_command("tick", stdout=StringIO())


def worker() -> None:
    """Takes what is on the queue and does it, until killed. As the queue's own workers do, it outlives its database."""
    while True:
        try:
            empty_queue()
        except Error:
            connection.close()
        time.sleep(PAUSE)


def empty_queue() -> None:
    """Take and do one task after another, until there is none to take."""
    Conf.POLL = 0
    broker = get_broker()
    while taken := broker.dequeue():
        for pk, package in taken:
            do(SignedPackage.loads(package))
            broker.acknowledge(pk)


def do(task: dict[str, Any]) -> None:
    """One task of the queue."""
    module, _dot, name = task["func"].rpartition(".")
    getattr(importlib.import_module(module), name)(*task["args"])


def empty_queue_impatiently() -> None:
    """With a mail server that says nothing: who waits for it for as long as the product would waits ten seconds."""
    settings.EMAIL_TIMEOUT = 0.3
    empty_queue()


def free_tasks() -> None:
    """What the queue's guard does once a cluster is gone: free what it had in hand."""
    release_tasks()
