"""The script that Streamlit runs for each session: opens the chosen screen, and words what is refused."""

from layers.definition.refusal import Refusal
from screens import navigation

try:
    page = navigation.chosen_page()
    navigation.frame(navigation.title_of(page))
    page.run()
except Refusal as refusal:
    navigation.show_refusal(refusal)
