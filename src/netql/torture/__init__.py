"""Proofs that take long: netql is killed, stalled and crowded, and its subscribers are counted.

Each case runs real processes: `netql serve`, a PostgreSQL, a Valkey, and clients of both kinds,
those who invite and those who listen. What was acknowledged and committed is then compared with
what each subscriber heard.
"""
