"""Rules of the dimension 完整性."""
