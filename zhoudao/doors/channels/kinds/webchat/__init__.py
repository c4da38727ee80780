"""The chat on a shop page; its pages are the portal's."""
