"""Photos of name plates and displays: what is written and encoded on them, and what of it may be believed.

Nothing here imports NumPy, OpenCV, Pillow, zxing or the OCR when it is imported itself: reading is the analyst's work,
matching (`serials`, `faults`) is anybody's.
"""
