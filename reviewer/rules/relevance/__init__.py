"""Rules of the dimension 相关性."""
