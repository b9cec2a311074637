"""The app: what `streamlit run geo_app.py` or `python geo_app.py` starts. Settings in, screens out, no rules of its own."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from actions.base_map import base_map
from actions.make_workspace import make_demo_if_missing
from actions.openid_settings import provider_of
from layers.definition.refusal import Refusal
from screens import assets, daily, kept_results
from screens.gate import Gate
from screens.navigation import show_error
from screens.served import SettingShown, serve
from settings import SETTINGS, load_settings, shown


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Before the first page: what all sessions share is made while the browser still loads Streamlit itself."""
    sys.stdout.write("==> Getting ready (the first start cuts the web font and takes some seconds longer)\n")
    daily.start_plans()
    kept_results.warm_up()
    assets.prepare_font()
    gc.collect()
    gc.freeze()  # Streamlit collects after each run; what the imports made never needs looking at again
    calendar = asyncio.create_task(daily.every_day())
    yield None
    calendar.cancel()


try:
    settings = load_settings()
    provider_of(settings)
    make_demo_if_missing(settings.workspace)
    told = tuple(SettingShown(s.variable, shown(settings, s), getattr(settings, s.name) != s.default, s.about) for s in SETTINGS)
    serve(settings, base_map(settings), told)
except Refusal as refusal:
    sys.exit(f"{refusal.text.zh}\n{refusal.text.en}")

app = st.App(
    Path(__file__).with_name("screens") / "main.py",
    routes=assets.routes(),
    middleware=[Middleware(Gate)],
    lifespan=lifespan,
    on_script_error=show_error,
)

if __name__ == "__main__":
    sys.stdout.write(f"==> http://{settings.address}:{settings.port}\n")
    largest_mb = max(settings.max_upload_mb, settings.max_csv_mb)
    app.run(config={"server.address": settings.address, "server.port": settings.port, "server.maxUploadSize": largest_mb})
