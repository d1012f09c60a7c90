"""Lunch for a team, made of Streamlit's own elements; what stands in them is kept in a file, LIVEAPPS_STATE."""

import datetime
import json
import os
from pathlib import Path

import streamlit as st

st.set_page_config(page_title="Team lunch", layout="wide")
state = {}
state["name"] = st.sidebar.text_input("Your name")
state["office"] = st.sidebar.selectbox("Office", ["Berlin", "Lisbon", "Oslo"])
state["notify"] = st.sidebar.toggle("Notify me by e-mail")
st.title("Team lunch")
order, feedback = st.tabs(["Order", "Feedback"])
kept = st.session_state.setdefault("kept", {"orders": [], "feedback": []})

with order:
    state["dish"] = st.radio("Main dish", ["Lasagne", "Risotto", "Falafel"])
    state["extras"] = st.multiselect("Extras", ["Bread", "Salad", "Soup", "Cake"])
    state["portions"] = st.slider("Portions", 1, 10, 2)
    state["budget"] = st.number_input("Budget in euros", 0, 200, 20, step=5)
    state["vegetarian"] = st.checkbox("Vegetarian")
    state["day"] = str(st.date_input("Delivery date", datetime.date(2027, 3, 1)))
    state["message"] = st.text_area("Message to the kitchen")
    with st.expander("More options"):
        state["cutlery"] = st.checkbox("Wooden cutlery")
        state["floor"] = st.selectbox("Floor", ["Ground floor", "First floor", "Second floor"])
    if st.button("Place order"):
        kept["orders"].append([state["name"], state["dish"], state["portions"]])
    if st.button("Cancel all orders"):
        kept["orders"].clear()

with feedback:
    state["mood"] = st.segmented_control("Mood", ["Good", "Mixed", "Bad"])
    state["comment"] = st.text_input("Comment")
    if st.button("Send feedback"):
        kept["feedback"].append([state["mood"], state["comment"]])

st.write(f"{len(kept['orders'])} orders, {len(kept['feedback'])} opinions")
file = Path(os.environ["LIVEAPPS_STATE"])
file.with_suffix(".new").write_text(json.dumps({**state, **kept}))
file.with_suffix(".new").rename(file)
