"""The HTML report in a browser; how to write such a test stands in conftest.py."""
