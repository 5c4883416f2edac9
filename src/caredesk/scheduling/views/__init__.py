"""The pages of the calendar. (In work by the engineer of the booking pages: leave views, forms, urls and templates to them.)"""
