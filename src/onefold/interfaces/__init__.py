"""The doors that people and programs come in by: they translate, they decide nothing."""
