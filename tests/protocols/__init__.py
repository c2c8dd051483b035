"""What clients may take of the server: time, room and patience, on raw sockets."""
