"""The generated shapes are what the pinned models say, and cheap to import."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from keystead.wire.errors import ModeledError
from keystead.wire.generate import files, main
from keystead.wire.model import SERVICES
from keystead.wire.routing import rooms


def test_the_committed_shapes_are_what_the_generator_writes() -> None:
    assert main(["--check"]) == 0


def test_a_difference_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    changed = {path: text + ("\nx = 1\n" if path.name == "sts.py" else "") for path, text in files().items()}
    monkeypatch.setattr("keystead.wire.generate.files", lambda: changed)
    assert main(["--check"]) == 1
    assert "sts.py" in capsys.readouterr().err


def test_every_operation_has_its_input_and_output_under_one_name() -> None:
    for service in rooms():
        shapes = importlib.import_module(f"keystead.wire.shapes.{service.room}")
        for operation in service.operations.values():
            assert getattr(shapes, f"{operation.name}Input") is getattr(shapes, operation.input_name)
            assert getattr(shapes, f"{operation.name}Output") is getattr(shapes, operation.output_name)
            assert set(getattr(shapes, operation.input_name).__annotations__) == set(operation.input_members)


def test_every_modelled_error_is_a_class_with_the_models_code_and_status() -> None:
    for service in rooms():
        shapes = importlib.import_module(f"keystead.wire.shapes.{service.room}")
        for shape in service.model.error_shapes:
            error = getattr(shapes, shape.name)("Why.")
            assert isinstance(error, ModeledError)
            assert error.code == shape.error_code
            assert error.status == shape.metadata.get("error", {}).get("httpStatusCode", error.status)
            assert (error.fault == "Receiver") == bool(shape.metadata.get("fault") or error.status >= 500)


@pytest.mark.parametrize("room", SERVICES)
def test_shapes_import_without_botocore(room: str) -> None:
    code = f"import sys, keystead.wire.shapes.{room}; sys.exit('botocore' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )
