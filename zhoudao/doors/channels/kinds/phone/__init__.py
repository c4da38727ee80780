"""The telephone: calls are noted by a telephone system or by hand; nothing is sent there."""
