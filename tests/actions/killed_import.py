"""Runs imports that are killed: a process that has everything loaded forks one per line of its input, and tells how it ended.

A line is: workspace, file, target, seconds after the preview until SIGKILL ('-' for never; negative: seconds after the start).
The answer: 'done' or 'killed', the seconds of the preview, and of taking over.
"""

import os
import signal
import sys
import time
from pathlib import Path


def take(workspace: str, file: str, target: str, ready: int) -> None:
    """Import the file; tell the parent when the preview stands."""
    from actions.import_layer import ImportWish, accept_import, preview_import
    from actions.open_workspace import as_caller, open_workspace
    from importing.read_limits import ReadLimits

    me = as_caller(open_workspace(workspace), "tests", "planner")
    limits = ReadLimits(max_csv_at_once_bytes=100_000)
    preview = preview_import(me, ImportWish(target, Path(file), Path(file).name, datum="wgs84", limits=limits))
    os.write(ready, b"p")
    accept_import(me, preview, accept_warnings=True)


def one(workspace: str, file: str, target: str, after: str) -> str:
    """Fork an import and perhaps kill it."""
    reading, ready = os.pipe()
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            take(workspace, file, target, ready)
            status = 0
        finally:
            os._exit(status)
    os.close(ready)
    if after.startswith("-") and after != "-":
        time.sleep(float(after[1:]))
    else:
        os.read(reading, 1)
    previewed = time.perf_counter() - start
    if after != "-":
        time.sleep(0 if after.startswith("-") else float(after))
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    os.close(reading)
    if status and not os.WIFSIGNALED(status):
        return "failed 0 0"
    return f"{'killed' if status else 'done'} {previewed} {time.perf_counter() - start - previewed}"


def main() -> None:
    """One import per line."""
    import actions.import_layer
    import actions.open_workspace  # noqa: F401

    for line in sys.stdin:
        print(one(*line.rstrip("\n").split("\t")), flush=True)


if __name__ == "__main__":
    main()
