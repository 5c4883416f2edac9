"""The pages of the calendar: finding a time, booking, moving, cancelling, the flow of the day."""
