"""Prints a JSON Schema of LiteLLM's config.yaml, as strict as the installed LiteLLM's own types and code allow.

LiteLLM publishes none and ignores keys that it does not know. The names and types of keys are read from its pydantic models, from
Router.__init__, from the annotations of the module `litellm`, and from the keys that the proxy's source asks its settings for.
"""

import dataclasses
import inspect
import json
import logging
import pathlib
import re
import sys
import types
import typing
from importlib.metadata import version

logging.disable(logging.CRITICAL)

import litellm  # noqa: E402
from litellm import Router  # noqa: E402
from litellm.caching.caching import Cache  # noqa: E402
from litellm.constants import DEFAULT_CHAT_COMPLETION_PARAM_VALUES, DEFAULT_EMBEDDING_PARAM_VALUES  # noqa: E402
from litellm.proxy._types import ConfigGeneralSettings, CoordinationRedisParams  # noqa: E402
from litellm.proxy.guardrails.guardrail_registry import guardrail_initializer_registry  # noqa: E402
from litellm.types.guardrails import LitellmParams as GuardrailParams  # noqa: E402
from litellm.types.prompts.init_prompts import PromptLiteLLMParams, PromptSpec  # noqa: E402
from litellm.types.proxy.policy_engine.policy_types import Policy, PolicyAttachment  # noqa: E402
from litellm.types.router import AllowedFailsPolicy, LiteLLM_Params, LiteLLMParamsTypedDict, ModelInfo, RetryPolicy, RoutingGroup  # noqa: E402
from litellm.types.utils import BudgetConfig, ModelInfoBase, all_litellm_params  # noqa: E402

PACKAGE = pathlib.Path(litellm.__file__).parent
ENVIRONMENT = "^os\\.environ/"
SIMPLE = {bool: "boolean", int: "integer", float: "number", str: "string"}


def schema_of(annotation):
    """The JSON types that an annotation allows; anything where it says nothing that JSON could mean."""
    types_found = kinds_of(annotation)
    if types_found is None:
        return {}
    names = sorted(types_found)
    return {"type": names[0] if len(names) == 1 else names}


def kinds_of(annotation):
    if annotation is None or annotation is type(None):
        return {"null"}
    origin = typing.get_origin(annotation)
    if origin in (typing.Annotated, typing.Required, typing.NotRequired, typing.Final) or str(origin).endswith("ReadOnly"):
        return kinds_of(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        parts = [kinds_of(part) for part in typing.get_args(annotation)]
        return None if None in parts else set().union(*parts)
    if origin is typing.Literal:
        return set().union(*({SIMPLE.get(type(value), "string")} for value in typing.get_args(annotation)))
    if origin in (list, tuple, set, frozenset) or str(origin) in ("<class 'collections.abc.Sequence'>",):
        return {"array", "string"} if "Sequence" in str(origin) else {"array"}
    if origin is dict or "Mapping" in str(origin):
        return {"object"}
    if annotation in SIMPLE:
        return {SIMPLE[annotation]} | ({"integer"} if annotation is float else set())
    if annotation is list or annotation is tuple:
        return {"array"}
    if annotation is dict or (inspect.isclass(annotation) and (dataclasses.is_dataclass(annotation) or hasattr(annotation, "model_fields"))):
        return {"object"}
    return None


def or_environment(schema):
    """Every value but a map or list may be taken from an environment variable."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not kinds or "string" in kinds or set(kinds) <= {"array", "object", "null"}:
        return schema
    return {"type": sorted({*kinds, "string"}), "pattern": ENVIRONMENT}


def closed(properties, required=()):
    schema = {"type": "object", "additionalProperties": False, "properties": dict(sorted(properties.items()))}
    return {**schema, "required": list(required)} if required else schema


def model_properties(model):
    return {name: or_environment(schema_of(field.annotation)) for name, field in model.model_fields.items()}


def typed_dict_properties(typed_dict):
    return {name: or_environment(schema_of(hint)) for name, hint in typing.get_type_hints(typed_dict, include_extras=True).items()}


def keys_asked_for(pattern, *folders):
    found = set()
    for folder in folders:
        for path in (PACKAGE / folder).rglob("*.py"):
            found.update(re.findall(pattern, path.read_text(encoding="utf-8")))
    return {name: {} for name in found}


def litellm_params():
    anything = {name: {} for name in [*all_litellm_params, *DEFAULT_CHAT_COMPLETION_PARAM_VALUES, *DEFAULT_EMBEDDING_PARAM_VALUES]}
    own = {**model_properties(LiteLLM_Params), **typed_dict_properties(LiteLLMParamsTypedDict)}
    router = {
        "additional_drop_params": {"type": "array", "items": {"type": "string"}},
        "cache": {"type": "object"},
        "extra_body": {"type": "object"},
        "extra_headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "guardrails": {"type": "array", "items": {"type": "string"}},
        "order": {"type": "integer", "minimum": 1},
        "prompt_id": {"type": "string"},
        "silent_model": {"type": ["array", "string"]},
        "weight": {"type": ["integer", "number"], "minimum": 0},
    }
    return closed({**anything, **own, **router}, ["model"])


def model_info():
    own = {**typed_dict_properties(ModelInfoBase), **model_properties(ModelInfo)}
    more = {
        "access_groups": {"type": "array", "items": {"type": "string"}},
        # For the callback that puts prompts in.
        "aigw_prompt": {"type": "string"},
        "allowed_fails": {"type": "integer", "minimum": 0},
        "allowed_fails_policy": {"$ref": "#/definitions/AllowedFailsPolicy"},
        "cooldown_time": {"type": ["integer", "number"], "minimum": 0},
        "disable_background_health_check": {"type": "boolean"},
        "health_check_model": {"type": "string"},
        "health_check_timeout": {"type": ["integer", "number"]},
        "max_input_tokens": {"type": "integer", "minimum": 1},
        "max_output_tokens": {"type": "integer", "minimum": 1},
        "mode": {"type": "string"},
        "supported_environments": {"type": "array"},
    }
    return closed({**own, **more}, ["id"])


def router_settings():
    hints = typing.get_type_hints(Router.__init__)
    properties = {name: or_environment(schema_of(hints.get(name))) for name in Router.get_valid_args()}
    names = {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "array"}, "minProperties": 1, "maxProperties": 1}}
    for name in ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks"):
        properties[name] = names
    properties["model_group_retry_policy"] = {"type": "object", "additionalProperties": {"$ref": "#/definitions/RetryPolicy"}}
    properties["retry_policy"] = {"$ref": "#/definitions/RetryPolicy"}
    properties["allowed_fails_policy"] = {"$ref": "#/definitions/AllowedFailsPolicy"}
    properties["routing_groups"] = {"type": "array", "items": closed(model_properties(RoutingGroup), ["group_name", "models", "routing_strategy"])}
    properties["provider_budget_config"] = {
        "type": "object",
        "additionalProperties": closed({**model_properties(BudgetConfig), "budget_limit": {"type": ["integer", "number"]}, "time_period": {"type": "string"}}),
    }
    strategies = ["simple-shuffle", "least-busy", "usage-based-routing", "usage-based-routing-v2", "latency-based-routing", "cost-based-routing", "lar1"]
    properties["routing_strategy"] = {"enum": strategies}
    for passed in ("model_list", "assistants_config", "search_tools", "guardrail_list", "router_general_settings", "fallback_access_check"):
        properties.pop(passed, None)
    return closed(properties)


def litellm_settings():
    hints = {}
    for name, annotation in litellm.__annotations__.items():
        internal = name.startswith("_") or name.endswith(("_models", "_client", "_session")) or not name.islower()
        if not internal and "Final" not in str(annotation):
            hints[name] = annotation
    properties = {name: or_environment(schema_of(hint)) for name, hint in hints.items()}
    source = (PACKAGE / "proxy/proxy_server.py").read_text(encoding="utf-8")
    asked = {name: {} for name in re.findall(r'\bkey == "([a-z_]+)"', source) if name != "undefined"}
    asked |= keys_asked_for(r'litellm_settings\.get\("([a-z_0-9]+)"', "proxy", "integrations")
    more = {
        "cache": {"type": "boolean"},
        "cache_params": cache_params(),
        "callbacks": {"type": "array", "items": {"type": "string"}},
        "drop_params": {"type": "boolean"},
        "json_logs": {"type": "boolean"},
        "request_timeout": {"type": ["integer", "number"]},
        "set_verbose": {"type": "boolean"},
    }
    return closed({**asked, **properties, **more})


def cache_params():
    hints = typing.get_type_hints(Cache.__init__)
    names = [name for name in inspect.signature(Cache.__init__).parameters if name not in ("self", "kwargs", "_backend")]
    properties = {name: or_environment(schema_of(hints.get(name))) for name in names}
    redis = {"db": {}, "max_connections": {}, "redis_url": {"type": "string"}, "service_name": {}, "sentinel_nodes": {}, "ssl": {}, "ssl_cert_reqs": {}, "ssl_check_hostname": {}, "url": {"type": "string"}, "username": {"type": "string"}}
    port = {"type": ["integer", "string"]}
    return closed({**redis, **properties, "port": port, "mode": {"enum": ["default_on", "default_off"]}, "type": {"type": "string"}}, ["type"])


def general_settings():
    asked = keys_asked_for(r'general_settings(?:\.get\(|\[)"([a-z_0-9]+)"', "proxy")
    coordination = {"coordination_redis": closed(model_properties(CoordinationRedisParams))}
    return closed({**asked, **model_properties(ConfigGeneralSettings), **coordination})


def guardrail():
    registered = sorted({*guardrail_initializer_registry, "hide-secrets"})
    pattern = closed(
        {
            "pattern_type": {"enum": ["prebuilt", "regex"]},
            "pattern_name": {"type": "string"},
            "pattern": {"type": "string"},
            "name": {"type": "string"},
            "action": {"enum": ["BLOCK", "MASK"]},
        },
        ["pattern_type", "action"],
    )
    hooks = {"enum": ["pre_call", "post_call", "during_call", "logging_only", "pre_mcp_call", "during_mcp_call", "post_mcp_call", "realtime_input_transcription"]}
    properties = {
        **model_properties(GuardrailParams),
        "guardrail": {"enum": registered},
        "mode": {"anyOf": [hooks, {"type": "array", "items": hooks}, {"type": "object"}]},
        "patterns": {"type": "array", "items": pattern},
        "pii_entities_config": {"type": "object", "additionalProperties": {"enum": ["BLOCK", "MASK"]}},
    }
    fields = {"guardrail_name": {"type": "string"}, "guardrail_id": {"type": "string"}, "guardrail_info": {"type": "object"}}
    return closed({**fields, "litellm_params": closed(properties, ["guardrail", "mode"])}, ["guardrail_name", "litellm_params"])


def prompt():
    params = closed({**model_properties(PromptLiteLLMParams), "prompt_data": {}, "prompt_directory": {"type": "string"}, "prompt_file": {"type": "string"}}, ["prompt_integration"])
    return closed({**model_properties(PromptSpec), "litellm_params": params}, ["prompt_id", "litellm_params"])


def mcp_server():
    source = (PACKAGE / "proxy/_experimental/mcp_server/mcp_server_manager.py").read_text(encoding="utf-8")
    asked = {name: {} for name in re.findall(r'server_config\.get\(\s*"([a-z_0-9]+)"', source)}
    more = {
        "allowed_tools": {"type": "array", "items": {"type": "string"}},
        "allow_all_keys": {"type": "boolean"},
        "auth_type": {"type": "string"},
        "auth_value": {"type": "string"},
        "authentication_token": {"type": "string"},
        "timeout": {"type": ["integer", "number"]},
        "transport": {"enum": ["http", "sse", "stdio"]},
        "url": {"type": "string"},
    }
    return closed({**asked, **more})


def document():
    opened = {"type": ["array", "object"]}
    rest = ["agent_list", "agents", "assistant_settings", "callback_settings", "credential_list", "default_vertex_config", "files_settings", "finetune_settings", "mcp_tools", "sandbox_tools", "search_tools", "vector_store_registry", "worker_registry"]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://aigw.dev/schemas/targets/litellm.schema.json",
        "$comment": f"Names and types of keys as in LiteLLM {version('litellm')}, read by lab/gateways/litellm-schema.py",
        "title": "LiteLLM's config.yaml",
        **closed(
            {
                **{name: opened for name in rest},
                "environment_variables": {"type": "object", "additionalProperties": {"type": "string"}},
                "general_settings": general_settings(),
                "guardrails": {"type": "array", "items": guardrail()},
                "include": {"type": "array", "items": {"type": "string"}},
                "litellm_settings": litellm_settings(),
                "mcp_servers": {"type": "object", "additionalProperties": mcp_server()},
                "model_list": {"type": "array", "items": {"$ref": "#/definitions/Deployment"}},
                "policies": {"type": "object", "additionalProperties": closed(model_properties(Policy))},
                "policy_attachments": {"type": "array", "items": closed(model_properties(PolicyAttachment))},
                "prompts": {"type": "array", "items": prompt()},
                "router_settings": router_settings(),
            }
        ),
        "definitions": {
            "AllowedFailsPolicy": closed(model_properties(AllowedFailsPolicy)),
            "Deployment": closed({"model_name": {"type": "string"}, "litellm_params": litellm_params(), "model_info": model_info()}, ["model_name", "litellm_params"]),
            "RetryPolicy": closed(model_properties(RetryPolicy)),
        },
    }


def printed(value, indent=""):
    """JSON in which whatever fits stands on one line."""
    line = json.dumps(value)
    if len(indent) + len(line) <= 110 or not isinstance(value, (dict, list)):
        return line
    inner = indent + "  "
    if isinstance(value, list):
        body = [printed(item, inner) for item in value]
        opening, closing = "[", "]"
    else:
        body = [f"{json.dumps(key)}: {printed(item, inner)}" for key, item in value.items()]
        opening, closing = "{", "}"
    return f"{opening}\n{inner}" + f",\n{inner}".join(body) + f"\n{indent}{closing}"


sys.stdout.write(printed(document()) + "\n")
