"""The flow studio: flows drawn, checked, compared, tried in stores and made live; decision tables edited."""
