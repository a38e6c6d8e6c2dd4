"""Stands in for Splunk SOAR where its shims are not at hand: what the connector calls, and no more."""
