"""From outside to records: a file for each way in."""
