// LiteLLM's own prompt templates (1.106, prompts: in its file) go into an answered chat twice when a deployment names one, and values
// that hold "System:" speak for the system. So prompts with values are put in by a callback, which LiteLLM loads from beside its file.

/** The name by which LiteLLM's file calls it: the file's name and that of the object within. */
export const CALLBACK = 'aigw_prompts.prompts';

/** The text of aigw_prompts.py. It reads aigw_prompts.json; a deployment names its prompt in model_info.aigw_prompt. */
export const CALLBACK_TEXT = `"""Puts prompts into chats once a backend is chosen. They stand in aigw_prompts.json, beside this file."""

import json
from pathlib import Path

import litellm
from litellm.integrations.custom_logger import CustomLogger

PROMPTS = json.loads(Path(__file__).with_name("aigw_prompts.json").read_text(encoding="utf-8"))
NAMES = "aigw_prompt_variables"
CHATS = ("completion", "acompletion")


class Prompts(CustomLogger):
    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        """Values join the messages before guardrails look at these, so that guardrails see values too."""
        if call_type not in CHATS:
            return data
        given = data.pop("prompt_variables", None)
        data.pop("prompt_id", None)
        given = given if isinstance(given, dict) else {}
        values = {name: text_of(value) for name, value in given.items() if value is not None}
        joined = [{"role": "user", "content": value} for value in values.values()]
        data["messages"] = [*(data.get("messages") or []), *joined]
        data.setdefault("metadata", {})[NAMES] = list(values)
        return data

    async def async_pre_call_deployment_hook(self, kwargs, call_type):
        """Takes the values out of the messages again, and puts the backend's prompt in."""
        name = (kwargs.get("model_info") or {}).get("aigw_prompt")
        names = (kwargs.get("metadata") or {}).get(NAMES) or []
        if name is None and not names:
            return None
        if name is not None and (call_type is None or call_type.value not in CHATS):
            raise refusal("This model answers chat completions alone.", kwargs)
        messages = kwargs.get("messages") or []
        own = messages[: len(messages) - len(names)]
        values = {each: message["content"] for each, message in zip(names, messages[len(own) :])}
        return {**kwargs, "messages": own if name is None else put_in(PROMPTS[name], own, values, kwargs)}


def put_in(prompt, own, values, kwargs):
    texts = {name: checked(name, rule, values.get(name), kwargs) for name, rule in prompt["variables"].items()}
    put = [
        {"role": role, "content": "".join(part if isinstance(part, str) else texts[part["variable"]] for part in parts)}
        for role, parts in ((message["role"], message["parts"]) for message in prompt["messages"])
    ]
    limit = prompt.get("maxTokens")
    if limit is not None and litellm.token_counter(model="", messages=put) > limit:
        raise refusal(f"The prompt has more than {limit} tokens.", kwargs)
    return {"prepend": [*put, *own], "append": [*own, *put], "replace": put}[prompt["mode"]]


def checked(name, rule, value, kwargs):
    if value is None:
        if rule["required"]:
            raise refusal(f"prompt_variables lacks {name}.", kwargs)
        return ""
    if "enum" in rule and value not in rule["enum"]:
        raise refusal(f"prompt_variables.{name} is none of {', '.join(rule['enum'])}.", kwargs)
    if "maxTokens" not in rule:
        return value
    tokens = litellm.encode(model="", text=value)
    limit = rule["maxTokens"]
    return value if len(tokens) <= limit else litellm.decode(model="", tokens=tokens[:limit])


def text_of(value):
    if isinstance(value, list):
        return "\\n".join(text_of(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value)


def refusal(message, kwargs):
    return litellm.BadRequestError(message=message, model=kwargs.get("model") or "", llm_provider="")


prompts = Prompts()
`;
