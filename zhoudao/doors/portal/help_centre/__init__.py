"""The help centre: what customers look up by themselves."""
