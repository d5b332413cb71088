"""What the babysitter is made of: the directory of a run, what it measures, what it advises, and its page."""
