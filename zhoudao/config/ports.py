"""Ports of this machine: free ones, and those somebody else holds."""

import socket


class PortTaken(Exception):
    """Another program is listening there; the message says what to do."""


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(address: str, port: int) -> None:
    """This will refuse a port somebody listens on; the web server itself would share it without a word.

    Raises: PortTaken
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} on {address} cannot be used ({error.strerror}). Stop the program that has it, or choose "
                f"another: PORT={port + 10} (pages there, live updates on the port after it)."
            ) from error
