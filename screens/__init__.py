"""What a person sees: Streamlit only, no rules."""
