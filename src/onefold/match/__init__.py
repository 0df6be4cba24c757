"""Who a record could be."""
