"""What is on the map: every module directly in this folder is one layer, keyed by the module's name."""

import importlib
import pkgutil

from layers.definition.layer import Layer


def _found() -> dict[str, Layer]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    layers = {name: importlib.import_module(f"layers.{name}").LAYER for name in names}
    return dict(sorted(layers.items(), key=lambda item: item[1].style.order))


LAYERS: dict[str, Layer] = _found()
"""All layers in drawing order, lowest first."""
