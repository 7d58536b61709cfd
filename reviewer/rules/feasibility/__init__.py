"""Rules of the dimension 可行性."""
