"""The reviewer's queue: units × rounds, one filing's history, the second round, the dashboard."""
