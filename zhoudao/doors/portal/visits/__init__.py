"""The visit of an engineer, for its customer: who comes when, another time, not at all."""
