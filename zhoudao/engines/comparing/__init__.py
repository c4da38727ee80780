"""Whether groups of like things differ more than chance lets them: pure calculation, no numpy."""
