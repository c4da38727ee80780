"""What a customer's words say beside their sense: how upset or pleased they sound.

`emotion.judge` reads the weights (0.3 MB) and is for whoever judges messages; the scale alone is for everybody.
"""

from zhoudao.engines.language.scale import MOODS, PLEASED, UPSET, VERSION, Word, word_of

__all__ = ["MOODS", "PLEASED", "UPSET", "VERSION", "Word", "word_of"]
