"""What a report of one run says, before anything lays it out."""
