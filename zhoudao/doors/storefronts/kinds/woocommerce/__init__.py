"""Shops that speak as WooCommerce does."""
