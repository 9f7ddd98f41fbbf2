"""Two engines and a brute-force judge must agree: on random specs, on the protocol, on graphs."""
