"""What a customer's words say beside their sense: how upset or pleased they sound."""

from zhoudao.engines.language.emotion import PLEASED, UNKNOWN, UPSET, VERSION, Emotion, Piece, Word, judge, word_of
from zhoudao.engines.language.weights import DamagedWeights

__all__ = ["PLEASED", "UNKNOWN", "UPSET", "VERSION", "DamagedWeights", "Emotion", "Piece", "Word", "judge", "word_of"]
