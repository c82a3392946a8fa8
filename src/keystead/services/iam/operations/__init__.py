"""IAM's operations. Importing a module registers what it holds."""
