"""Demonstrations: records, the dataset format, and the import of the human recordings of 2017."""
