"""The script that the app of `hotspots_app` runs."""

import streamlit as st

from layers.definition.refusal import Refusal
from screens import hotspots, navigation

st.set_page_config(layout="wide")
try:
    navigation.frame()
    hotspots.screen()
except Refusal as refusal:
    navigation.show_refusal(refusal)
