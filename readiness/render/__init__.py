"""Pure functions from a Report to text, one module a format. They evaluate nothing."""
