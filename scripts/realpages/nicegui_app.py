"""A NiceGUI application made of the elements that its documentation shows: `python nicegui_app.py PORT`."""

import sys

from nicegui import ui

ROWS = [
    {"name": "Alice", "age": 18, "city": "Oslo"},
    {"name": "Bob", "age": 21, "city": "Lima"},
    {"name": "Carol", "age": 42, "city": "Porto"},
]


def frame(title):
    with ui.header().classes("items-center"):
        ui.button(icon="menu").props('flat color=white aria-label="Menu"')
        ui.label(title).classes("text-h6")
        ui.space()
        ui.link("Home", "/").classes("text-white")
        ui.link("Tasks", "/todo").classes("text-white")
        ui.link("People", "/table").classes("text-white")
        ui.button(icon="logout").props('flat color=white aria-label="Log out"')


@ui.page("/")
def controls():
    frame("NiceGUI Demo")
    with ui.row():
        with ui.card():
            ui.label("Text input").classes("text-h6")
            ui.input("Your name", placeholder="start typing")
            ui.input("Password", password=True, password_toggle_button=True)
            ui.textarea("Feedback", placeholder="What do you think?")
            ui.number("Age", value=30, format="%d")
            ui.button("Submit")
        with ui.card():
            ui.label("Selection").classes("text-h6")
            ui.select(["Apple", "Banana", "Cherry"], value="Apple", label="Fruit")
            ui.radio(["Small", "Medium", "Large"], value="Medium").props("inline")
            ui.toggle(["Day", "Week", "Month"], value="Week")
            ui.checkbox("Send me a copy")
            ui.checkbox("Accept the terms", value=True)
            ui.switch("Dark mode")
            ui.switch("Notifications", value=True)
            ui.slider(min=0, max=100, value=40).props('aria-label="Volume"')
        with ui.card():
            ui.label("Buttons").classes("text-h6")
            ui.button("Open dialog")
            ui.button("Refresh", icon="refresh")
            ui.button(icon="thumb_up").props('aria-label="Like"')
            ui.button(icon="delete").props('aria-label="Delete"')
            with ui.expansion("Advanced options", icon="settings"):
                ui.label("inside the expansion")
            with ui.dropdown_button("Export"):
                ui.item("CSV")


@ui.page("/todo")
def todo():
    frame("My Weekend")
    with ui.card().classes("w-96"):
        with ui.row().classes("items-center"):
            ui.input("New item")
            ui.button(icon="add").props('aria-label="Add"')
        for task, done in (
            ("Order pizza", True),
            ("New NiceGUI release", False),
            ("Clean the house", False),
            ("Call mom", False),
        ):
            with ui.row().classes("items-center w-full"):
                ui.checkbox(value=done)
                ui.label(task).classes("grow")
                ui.button(icon="edit").props('flat dense aria-label="Edit"')
                ui.button(icon="delete").props('flat dense aria-label="Delete"')
        ui.button("Clear completed")
    with ui.tabs():
        ui.tab("All")
        ui.tab("Active")
        ui.tab("Completed")


@ui.page("/table")
def table():
    frame("People")
    ui.input("Search people").props("type=search")
    columns = [{"name": key, "label": key.title(), "field": key, "sortable": True} for key in ("name", "age", "city")]
    ui.table(columns=columns, rows=ROWS, row_key="name", selection="multiple", pagination=5)
    with ui.dialog(value=True) as dialog, ui.card():
        ui.label("Delete Carol?")
        with ui.row():
            ui.button("Yes, delete")
            ui.button("Keep", on_click=dialog.close)
    with ui.row():
        ui.button("Add person")
        ui.button("Import")
        ui.button("Export")


@ui.page("/login")
def login():
    with ui.card().classes("absolute-center"):
        ui.input("Username")
        ui.input("Password", password=True)
        ui.checkbox("Stay signed in")
        ui.button("Log in")
        ui.link("Forgot your password?", "/")
        ui.link("Create an account", "/")


ui.run(port=int(sys.argv[1]), show=False, reload=False, title="NiceGUI Demo")
