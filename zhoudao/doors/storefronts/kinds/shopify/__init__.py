"""Shops that speak as Shopify does."""
