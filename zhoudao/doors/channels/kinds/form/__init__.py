"""The self-service form on the help page; answers go by mail, and stand on the progress page's side."""
