"""Templates as they are kept: compiled, without the text they were compiled from, and only those used last."""

import threading
from collections import OrderedDict
from typing import Any

from django.template import Engine
from django.template.base import Node, Template
from django.template.loaders import cached

KEPT = 100  # of 360: about 40 kB each, and 1.6 ms to compile one again


class Loader(cached.Loader):
    """Django's own, but what only developers read is let go, and what nobody opened for long: a process that saw every
    page once does not hold every page for ever.
    """

    def __init__(self, engine: Engine, loaders: list[Any]) -> None:
        super().__init__(engine, loaders)
        self.get_template_cache: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """The compiled template, kept. Raises: TemplateDoesNotExist."""
        template = super().get_template(template_name, skip)
        if not self.engine.debug and template.source:
            template.source = ""
            for node in template.nodelist.get_nodes_by_type(Node):
                node.token = None
        with self._lock:
            self.get_template_cache[self.cache_key(template_name, skip)] = template
            self.get_template_cache.move_to_end(self.cache_key(template_name, skip))
            while len(self.get_template_cache) > KEPT:
                self.get_template_cache.popitem(last=False)
        return template
