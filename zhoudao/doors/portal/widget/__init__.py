"""The chat widget: a script for any page, the frame it opens, and the protocol between frame and us."""
