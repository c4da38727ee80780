"""In which order shelves are walked, and how far that is."""

from zhoudao.engines.picking.route import Floor, floor_of

__all__ = ["Floor", "floor_of"]
