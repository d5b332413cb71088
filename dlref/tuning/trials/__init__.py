"""How trials are drawn, claimed by workers and stored."""
