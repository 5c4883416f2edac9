"""What somebody would try who wants what is not theirs, or wants the practice to stand still."""
