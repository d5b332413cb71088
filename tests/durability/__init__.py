"""Every durable step of a sweep, failed one after the other, as SQLite's tests do.

A small sweep runs in a process of its own. Each step that changes what is on disk or in the database is numbered; at
one of them the process is killed, or gets an error of its disk or its server. Then the same sweep is run to its end,
and must be the one that nothing disturbed. A run is named by its storage, its fault and the number of the step:

    python -m tests.durability --storage sqlite --fault kill-before --step 17

Without `--step` all steps are tried, until a run ends by itself; `--out FILE` keeps the table.
"""
