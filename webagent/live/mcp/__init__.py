"""The browser as tools for an agent that speaks the Model Context Protocol. Only `server` imports the SDK for it."""
