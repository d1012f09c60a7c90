"""Ways into a browser that is already running: a profile of our own, the person's own browser, or an address."""
