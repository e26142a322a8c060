"""Publishes a Quarto project where Quarto is absent: input, execution, bodies, site, in that order."""
