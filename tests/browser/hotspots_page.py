"""The script that the app of `hotspots_app` runs."""

import streamlit as st

from layers.definition.refusal import Refusal
from screens import hotspots, navigation
from screens.session import say
from screens.wording import hotspots as words

st.set_page_config(layout="wide")
try:
    navigation.frame(say(words.TITLE))
    hotspots.screen()
except Refusal as refusal:
    navigation.show_refusal(refusal)
