"""How fast the package is, against other ways to do the same."""
