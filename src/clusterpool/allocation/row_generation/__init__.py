"""Sharing without listing all coalitions: a separation finds those that count, each a row of linear programs."""
