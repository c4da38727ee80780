"""Platforms that speak as AfterShip does."""
