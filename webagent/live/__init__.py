"""Commands on live pages: the agent, its loop, what it says of itself, and the demonstration."""
