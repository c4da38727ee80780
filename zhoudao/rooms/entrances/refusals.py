"""What may be refused at the front door."""


class CodeRefused(Exception):
    """This code is wrong, used or too old."""


class CodeWorn(Exception):
    """This code was tried too often; ask for a new one."""


class AnotherHasIt(Exception):
    """This number or address is another customer's. We look into it, and a colleague gets in touch."""


class AppKeyNotFound(Exception):
    """There is no such key, or it was revoked."""


class AppKeyUnsound(Exception):
    """A key has a name, and a realm of small letters, digits and hyphens; at most fifty are kept."""


class OriginUnsound(Exception):
    """A page's origin looks like https://shop.example; at most ten are kept."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.__doc__} {detail}".strip())
        self.detail = detail


class GatewayUnsound(Exception):
    """This is no public web address; it begins with https://."""


class TileUnsound(Exception):
    """A tile has a name, a drawing and something it opens; a link begins with https://, and at most 24 are kept."""


class TileNotFound(Exception):
    """There is no such tile."""
