"""What a run came to: results.json, one page to look at, and comparisons."""
