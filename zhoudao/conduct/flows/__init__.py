"""BPMN flows: versions, runs, tasks, timers, incidents; the one conductor."""
