"""A shop of somebody else's, as strict as a third party, to show the widget on."""
