"""What each kind of courier service needs to be set up: the door that knows a kind says it, the settings page asks."""

from zhoudao.kit.kinds import Kinds
from zhoudao.rooms.aftersales.setups import Setup

_kinds: Kinds[Setup] = Kinds()
offer, offered, setup_of = _kinds.offer, _kinds.offered, _kinds.of
