"""What to do with each record, and why. Pure: frames and rules in, frames out."""
