"""The database's history, in order: one `NNNN_topic.sql` per step, forward and backward.

The files are SQL that both databases read. The few words on which they differ are written in
braces and listed in `runner.WORDS`. Tables on SQLite are never remade: a step adds or drops.
"""
