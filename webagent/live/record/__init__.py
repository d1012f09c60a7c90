"""Recording what a person does in a browser, as demonstrations."""
