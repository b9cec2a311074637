"""The field for a file, in the words of the screen's language: Streamlit's own are English in every language."""

import json

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from layers.definition.text import Text
from screens import wording
from screens.session import say

_WORDS = """<style>
[data-testid="stFileUploaderDropzone"] button p, [data-testid="stFileUploaderDropzoneInstructions"] * {{font-size: 0 !important;}}
[data-testid="stFileUploaderDropzone"] button p::after {{content: {choose}; font-size: 0.875rem;}}
[data-testid="stFileUploaderDropzoneInstructions"]::after {{content: {most}; font-size: 0.8rem;}}
</style>"""


def file_field(title: Text, key: str, most_mb: int, hint: Text, taken_mb: int | None = None) -> UploadedFile | None:
    """A field for one file of at most so many megabytes; the same limit for all fields of a page, since its words are.

    Another limit makes it another field, and the file in it is lost. So where the limit told changes with what else is chosen,
    `taken_mb` is the largest of them, and whoever reads the file refuses what is past the one told.
    """
    choose, most = say(wording.CHOOSE_FILE), say(wording.MOST_MB, mb=most_mb)
    st.html(_WORDS.format(choose=json.dumps(choose, ensure_ascii=False), most=json.dumps(most, ensure_ascii=False)))
    return st.file_uploader(say(title), key=key, help=say(hint), max_upload_size=taken_mb or most_mb)
