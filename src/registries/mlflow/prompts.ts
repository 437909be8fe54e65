// Prompts in MLflow (3.17, mlflow/prompt/constants.py): registered models whose versions hold nothing but tags, which anybody who may edit may
// set anew.
import { type Json, parseJson } from '../../lib/json.ts';
import { type KeptPrompt, type RegisteredVersion, RegistryTrouble, type VersionContent } from '../../ports/registry.ts';
import { promptContent } from '../prompt-content.ts';

/** A registered model with this tag is a prompt, and so is a version. */
export const IS_PROMPT = 'mlflow.prompt.is_prompt';

const TEXT = 'mlflow.prompt.text';
/** `text` or `chat`. */
const TYPE = '_mlflow_prompt_type';
const RESPONSE_FORMAT = '_mlflow_prompt_response_format';
const MODEL_CONFIG = '_mlflow_prompt_model_config';

export function isPrompt(tags: Readonly<Record<string, string>>): boolean {
  return tags[IS_PROMPT] === 'true';
}

/** What a prompt's version holds, by its tags. */
export function promptIn({ name, version, tags }: RegisteredVersion): VersionContent {
  const text = tags[TEXT];
  const content = promptContent({
    template: text !== undefined && tags[TYPE] === 'chat' ? parseJson(text) : text,
    responseFormat: jsonIn(tags[RESPONSE_FORMAT]),
    modelConfig: jsonIn(tags[MODEL_CONFIG]),
  });
  if (content !== undefined) return content;
  const message = `Version ${version} of ${name} holds neither a text nor messages of text.`;
  throw new RegistryTrouble('unusable', message, 'Look at the prompt in MLflow.');
}

/** The tags of a version that says this. */
export function promptTags({ template, responseFormat, modelConfig }: KeptPrompt): Readonly<Record<string, string>> {
  const isText = typeof template === 'string';
  return {
    [IS_PROMPT]: 'true',
    [TEXT]: isText ? template : JSON.stringify(template),
    [TYPE]: isText ? 'text' : 'chat',
    ...(responseFormat === undefined ? {} : { [RESPONSE_FORMAT]: JSON.stringify(responseFormat) }),
    ...(modelConfig === undefined ? {} : { [MODEL_CONFIG]: JSON.stringify(modelConfig) }),
  };
}

/** JSON, or whatever text stands in its place. */
function jsonIn(text: string | undefined): Json | undefined {
  return text === undefined ? undefined : (parseJson(text) ?? text);
}
