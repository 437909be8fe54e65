import { canonicalJson } from '../lib/canonical-json.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { sha256 } from '../lib/sha256.ts';
import type { PromptContent } from '../plan/gates/prompt-text.ts';
import type { KeptPrompt, VersionContent } from '../ports/registry.ts';

/**
 * The content of a prompt's version, whatever registry it lies in; undefined where its template is neither a text nor messages of text. The digest is
 * the SHA-256 of the canonical JSON of `{modelConfig, responseFormat, template}`, without what is not kept.
 */
export function promptContent({ template, responseFormat, modelConfig }: KeptPrompt): VersionContent | undefined {
  const read = templateIn(template);
  if (read === undefined) return undefined;
  const kept = Object.entries({ template, responseFormat, modelConfig }).filter(([, value]) => value !== undefined);
  const others = [
    ...(responseFormat === undefined ? [] : ['response format']),
    ...(modelConfig === undefined ? [] : ['model configuration']),
  ];
  return {
    digest: `sha256:${sha256(canonicalJson(Object.fromEntries(kept) as JsonObject))}`,
    signature: undefined,
    prompt: { template: read, others },
    kept: { template, responseFormat, modelConfig },
  };
}

function templateIn(value: Json | undefined): PromptContent['template'] | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const messages = value.flatMap((each: Json) => {
    if (!isObject(each) || Object.keys(each).length !== 2) return [];
    const { role, content } = each;
    return typeof role === 'string' && typeof content === 'string' ? [{ role, content }] : [];
  });
  return messages.length === value.length ? messages : undefined;
}
