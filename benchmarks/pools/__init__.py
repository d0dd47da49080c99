"""Pools drawn by a seed, for measuring."""
