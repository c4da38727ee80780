"""The chat as a page of the portal: whoever is signed in is known, and what it is about goes with the first words."""
