"""What may be refused at the front door."""


class CodeRefused(Exception):
    """This code is wrong, used or too old."""


class CodeWorn(Exception):
    """This code was tried too often; ask for a new one."""


class AnotherHasIt(Exception):
    """This number or address is another customer's. We look into it, and a colleague gets in touch."""


class TileUnsound(Exception):
    """A tile has a name, a drawing and something it opens; a link begins with https://, and at most 24 are kept."""


class TileNotFound(Exception):
    """There is no such tile."""
