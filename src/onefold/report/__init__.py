"""What people get back: receipts, results and error files, changed numbers, exports."""
