"""The pages of this room: for whoever answers for confidentiality."""
