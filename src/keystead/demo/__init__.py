"""The demonstration: a real server, and a story played against it through boto3, step by step."""
