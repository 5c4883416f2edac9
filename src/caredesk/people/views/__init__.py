"""The pages about patients: finding, registering, the panel, and what one changes in it."""
