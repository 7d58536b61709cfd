"""A room of the web application."""
