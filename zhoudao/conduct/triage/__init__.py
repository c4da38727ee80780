"""Triage: what a customer's message is about, judged with how sure that is, and what a person says instead."""
