"""Tables of cloudtrail."""
