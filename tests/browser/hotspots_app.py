"""The hotspot screen alone, as an app of its own: what a test opens, whatever else the menu holds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from screens import assets
from screens.gate import Gate
from screens.served import serve
from settings import load_settings

serve(load_settings(), None)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """The font that the page's style asks for."""
    assets.prepare_font()
    yield None


app = st.App(Path(__file__).with_name("hotspots_page.py"), routes=assets.routes(), middleware=[Middleware(Gate)], lifespan=lifespan)
