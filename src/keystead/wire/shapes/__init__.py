"""Hold one generated module per service: TypedDicts, error classes and enums, named as AWS's model names them.

Import the module that is needed (`from keystead.wire.shapes import iam`); importing this package loads none.
"""
