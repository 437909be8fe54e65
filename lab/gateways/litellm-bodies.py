"""Reads calls as in litellm-access.json from its standard input, and prints what LiteLLM's own types say against their bodies."""

import json
import logging
import sys

logging.disable(logging.CRITICAL)

from litellm.proxy._types import GenerateKeyRequest, NewTeamRequest  # noqa: E402
from pydantic import ValidationError  # noqa: E402

TYPES = {"/key/generate": GenerateKeyRequest, "/team/new": NewTeamRequest}

for call in json.load(sys.stdin)["calls"]:
    expected = TYPES[call["path"]]
    body = call["body"]
    for key in sorted(set(body) - set(expected.model_fields)):
        print(f"{call['path']}: no field {key}")
    try:
        value = expected.model_validate(body)
    except ValidationError as error:
        print(f"{call['path']}: {error}")
        continue
    permission = body.get("object_permission", {})
    if permission:
        for key in sorted(set(permission) - set(type(value.object_permission).model_fields)):
            print(f"{call['path']}: no field object_permission.{key}")
