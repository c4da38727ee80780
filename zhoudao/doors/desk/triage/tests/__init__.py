"""Tests of the triage pages."""
