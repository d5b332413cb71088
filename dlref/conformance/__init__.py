"""What each object of dlref must equal: one table, read by the tests, the documentation and `dlref verify`."""
