"""What a pilot changed: matched controls, power, difference in differences, open cases, looking early. Pure
calculation.

`comparison.py` holds what is found, in plain Python without numpy: any process may read it. All else needs numpy and
scipy and belongs into the analyst. The whole judgement is `verdict.compare`.
"""
