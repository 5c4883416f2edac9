"""What a person may read of the log. Whoever is shown on it passes the collector of looks."""
