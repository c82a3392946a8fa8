"""The only SQL on the organizations tables, one module per kind of record."""
