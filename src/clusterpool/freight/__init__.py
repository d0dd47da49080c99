"""Freight: what is carried, the trips that may carry it, and the part of the pool's model that chooses among them."""
