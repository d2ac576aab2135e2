"""Start-up: what happens before a command is looked for."""

import multiprocessing
import runpy
import sys

import pytest


class BecameAnotherProcess(Exception):
    """Where a frozen program turns into the process that it was started as."""


def test_a_frozen_program_becomes_the_process_it_was_started_as_before_its_arguments_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def become() -> None:
        raise BecameAnotherProcess

    monkeypatch.setattr(multiprocessing, "freeze_support", become)
    monkeypatch.delitem(sys.modules, "app.__main__", raising=False)  # a new process has not imported it
    monkeypatch.setattr(sys, "argv", ["luopu", "--multiprocessing-fork", "parent_pid=1", "pipe_handle=2"])
    with pytest.raises(BecameAnotherProcess):
        runpy.run_module("app", run_name="__main__", alter_sys=False)
