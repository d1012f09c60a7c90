"""The interfaces of other packages, so that agents written for them run here when their id is changed."""
