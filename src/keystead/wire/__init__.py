"""Speak AWS's protocols (query, JSON, rest-json) both ways, driven by botocore's service models.

Owns the meaning of bytes: which operation a request asks for, its input with every constraint of the model checked, and
the bytes of results and errors. It knows no caller, no account and no room; rooms import `shapes`, `errors` and `http`.
"""

from __future__ import annotations

from keystead.wire.errors import AwsError, ModeledError
from keystead.wire.http import HttpRequest, HttpResponse
from keystead.wire.model import Operation, ServiceModel, load
from keystead.wire.parsing import parse
from keystead.wire.routing import Routed, route, service_of
from keystead.wire.serializing import serialize, serialize_error, wants_json

__all__ = [
    "AwsError",
    "HttpRequest",
    "HttpResponse",
    "ModeledError",
    "Operation",
    "Routed",
    "ServiceModel",
    "load",
    "parse",
    "route",
    "serialize",
    "serialize_error",
    "service_of",
    "wants_json",
]
