"""What the babysitter is made of: the directory of a run, what it measures, what it advises, and its page.

Used elsewhere: `event_log`, `run_directory`, `session`.
Imports: `errors`, `report`.
"""
