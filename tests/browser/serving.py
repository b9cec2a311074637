"""What a process made for it does to be the app: little is imported here, so that a fresh start costs what a user's does."""

import os
import runpy
from pathlib import Path

GEO_APP = Path(__file__).parents[2] / "geo_app.py"


def serve(log: str, settings: dict[str, str]) -> None:
    """What `python geo_app.py` does, with settings by their variables; what it says goes to the log."""
    os.chdir(GEO_APP.parent)
    os.environ.update(settings)
    with Path(log).open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    runpy.run_path(str(GEO_APP), run_name="__main__")
