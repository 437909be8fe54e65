// Registers prompts in a real MLflow as its own client (3.17, mlflow/store/model_registry/abstract_store.py) does.

export interface PromptSeed {
  readonly name: string;
  /** A text, or a chat. */
  readonly template: string | readonly { readonly role: string; readonly content: string }[];
  /** A JSON schema. */
  readonly responseFormat?: object;
}

/** Registers a version, and gives its number. The registered prompt is made where there is none. @param post rejects where the server refuses. */
export async function seedPrompt(
  post: (path: string, body: object) => Promise<unknown>,
  { name, template, responseFormat }: PromptSeed,
): Promise<string> {
  const own = { 'mlflow.prompt.is_prompt': 'true' };
  const isText = typeof template === 'string';
  const tags = {
    ...own,
    'mlflow.prompt.text': isText ? template : JSON.stringify(template, null, 1),
    _mlflow_prompt_type: isText ? 'text' : 'chat',
    ...(responseFormat === undefined
      ? {}
      : { _mlflow_prompt_response_format: JSON.stringify(responseFormat, null, 1) }),
  };
  await post('/registered-models/create', { name, tags: listed(own) }).catch((error: unknown) => {
    if (!String(error).includes('RESOURCE_ALREADY_EXISTS')) throw error;
  });
  const body = { name, source: 'prompt-template', tags: listed(tags) };
  const made = (await post('/model-versions/create', body)) as { readonly model_version: { readonly version: string } };
  return made.model_version.version;
}

function listed(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
