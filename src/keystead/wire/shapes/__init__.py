"""Hold one generated module per service: TypedDicts, error classes and enums, named as AWS's model does.

Import the module that is needed (`from keystead.wire.shapes import iam`); this package loads none.
"""
