"""Rules of the dimension 适当性."""
