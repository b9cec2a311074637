"""What the app does by itself: at each start, and every day after midnight, approved plans whose day has come are put in force."""

import asyncio
import sys
from datetime import datetime, timedelta

from actions.open_workspace import as_caller
from actions.publish_plan import start_due_plans
from layers.definition.refusal import Refusal
from screens.kept_results import workspace


def start_plans() -> None:
    """Put the approved plans whose day has come in force. What can't be done is worded in the log; looking at the town goes on."""
    try:
        for header in start_due_plans(as_caller(workspace(), user="calendar", role="chief")):
            sys.stdout.write(f"==> {header.title.zh} 现行 / {header.title.en} in force\n")
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.text.zh}\n{refusal.text.en}\n")


async def every_day() -> None:
    """Until the app ends."""
    while True:
        now = datetime.now()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time())
        await asyncio.sleep((midnight - now).total_seconds() + 60)
        await asyncio.to_thread(start_plans)
