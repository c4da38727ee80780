"""Pilots: a change tried in chosen stores beside matched ones, watched, compared, and decided on."""
