"""The improvement register: initiatives with a goal that is measured, what is suggested, planned and audited.

An *initiative* is a change to how work goes: it has an owner, a day, a goal measured before and after, and ends with a
decision. An *improvement* (`rooms/targets`) is one thing somebody does about one missed target.
"""
