"""Rules of the dimension 文字规范."""
