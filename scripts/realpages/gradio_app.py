"""A Gradio application made of the examples in its guides: `python gradio_app.py PORT`."""

import sys

import gradio as gr

with gr.Blocks(title="Gradio Demo") as demo:
    gr.Markdown("# Gradio Demo")
    with gr.Tab("Hello"), gr.Row():
        with gr.Column():
            name = gr.Textbox(label="Name", placeholder="Your name here")
            intensity = gr.Slider(1, 10, value=2, step=1, label="Intensity")
            with gr.Row():
                gr.ClearButton([name])
                greet = gr.Button("Greet", variant="primary")
        with gr.Column():
            greeting = gr.Textbox(label="Greeting")
            gr.Button("Flag")
        greet.click(lambda a, b: f"Hello {a}" + "!" * int(b), [name, intensity], greeting)
    with gr.Tab("Calculator"), gr.Row():
        first = gr.Number(label="First number", value=4)
        operation = gr.Radio(["add", "subtract", "multiply", "divide"], label="Operation", value="add")
        second = gr.Number(label="Second number", value=2)
        result = gr.Number(label="Result")
        gr.Button("Calculate").click(lambda a, o, b: a + b, [first, operation, second], result)
    with gr.Tab("Sentence builder"):
        gr.Slider(2, 20, value=4, label="Count", info="Choose between 2 and 20", interactive=True)
        gr.Dropdown(["cat", "dog", "bird"], label="Animal", info="Will add more animals later!", interactive=True)
        gr.CheckboxGroup(["USA", "Japan", "Pakistan"], label="Countries", info="Where are they from?", interactive=True)
        gr.Radio(["park", "zoo", "road"], label="Location", info="Where did they go?", interactive=True)
        gr.Checkbox(label="Morning", info="Did they do it in the morning?", interactive=True)
        with gr.Row():
            gr.Button("Clear")
            gr.Button("Submit", variant="primary")
        gr.Examples([["dog"], ["bird"]], gr.Textbox(label="Note", interactive=True))
    with gr.Tab("Chat"):
        chat = gr.Chatbot(
            label="Assistant", value=[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}]
        )
        gr.Textbox(label="Message", placeholder="Type a message...")
        with gr.Row():
            gr.Button("Send")
            gr.Button("Retry")
            gr.Button("Undo")
            gr.Button("Delete history")
        with gr.Accordion("Model settings", open=False):
            gr.Slider(0, 2, label="Temperature")
    with gr.Tab("Images"):
        gr.Image(label="Photo")
        gr.File(label="Document")
        gr.Code("print('hi')", language="python", label="Program")
        gr.Dataframe([["Alice", 3], ["Bob", 5]], headers=["Player", "Score"], label="Ranking")
        gr.DownloadButton("Download results")

demo.launch(server_port=int(sys.argv[1]), share=False, quiet=True)
