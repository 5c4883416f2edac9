"""What is typed on the pages of the calendar. (In work by the engineer of the booking pages.)"""
