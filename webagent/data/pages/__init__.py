"""Training pairs by hindsight: pick an element of a page, then word a command that means it and nothing else there."""
