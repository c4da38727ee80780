"""What makes the portal an app on the phone's home screen: a manifest, and a worker that knows only our own files."""
