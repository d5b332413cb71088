"""The engine room of `dlref sweep`: from its options to the report."""
