"""Every notebook runs from top to bottom, names nothing outside, and is kept small."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import REPOSITORY

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
LARGEST_BYTES = 200_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_something(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(REPOSITORY / "notebooks")}}).execute()
    said = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert said and not any(output.output_type == "error" for output in said)
    assert len(nbformat.writes(notebook)) < LARGEST_BYTES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_a_chinese_abstract_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "中文摘要" in text and "http" not in text and path.stat().st_size < LARGEST_BYTES
