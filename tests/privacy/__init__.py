"""The wall, seen from outside: every path to a restricted field, judged by a table."""
