"""Jingge without a screen: the same actions from the command line, for scripts and nightly jobs.

Exit status: 0 done, 1 refused with the reason on stderr, 2 wrong usage.
"""

from commands import area, audit, backup, book, export, hotspots, import_layer, people, plan, sheet, staffing, workspace
from commands.command import cli

SUBJECTS = (workspace, area, sheet, import_layer, plan, people, audit, hotspots, backup, staffing, export, book)
"""Each registers its commands when it is imported."""

if __name__ == "__main__":
    cli()
