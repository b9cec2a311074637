"""The app with the phone's page among its routes, for tests of that page: `python -m tests.browser.area_app`."""

import runpy
import sys

from screens import assets
from screens.phone_area import phone_routes
from tests.conftest import REPOSITORY

_routes = assets.routes
assets.routes = lambda: [*phone_routes(), *_routes()]
sys.argv = ["geo_app.py"]
runpy.run_path(str(REPOSITORY / "geo_app.py"), run_name="__main__")
