import type { Resource } from '../../config/model.ts';
import type { SecretReference } from '../../config/schema-types.ts';
import { secretReferencesOf } from '../../config/secret-references.ts';
import { isObject, type Json } from '../../lib/json.ts';
import { sha256 } from '../../lib/sha256.ts';

const PREFIX = 'os.environ/';

/** How LiteLLM's file refers to a secret: by the environment variable that the proxy finds it in. */
export function environ(reference: SecretReference): string {
  return `${PREFIX}${variableOf(reference)}`;
}

/** The environment variable that carries a secret: its own name for `{env}`, else one that reads like the reference and is no other's. */
export function variableOf(reference: SecretReference): string {
  if ('env' in reference) return reference.env;
  if ('secret' in reference) return derivedName('SECRET', reference.secret, reference.key);
  if ('vault' in reference) return derivedName('VAULT', reference.vault, reference.key);
  return derivedName('EXTERNAL', reference.external, reference.key);
}

/** Every environment variable that a rendered value refers to, with the reference behind it. */
export function referredVariables(rendered: Json, sources: readonly Resource[]): Record<string, SecretReference> {
  const known = new Map(sources.flatMap(secretReferencesOf).map((reference) => [variableOf(reference), reference]));
  const variables = [...variablesIn(rendered)].toSorted();
  return Object.fromEntries(variables.flatMap((name) => entryOf(name, known.get(name))));
}

function entryOf(name: string, reference: SecretReference | undefined): [string, SecretReference][] {
  return reference === undefined ? [] : [[name, reference]];
}

function variablesIn(value: Json, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string' && value.startsWith(PREFIX)) found.add(value.slice(PREFIX.length));
  else if (Array.isArray(value) || isObject(value)) for (const item of Object.values(value)) variablesIn(item, found);
  return found;
}

/** Letters, digits and hyphens keep names apart; where there is more, eight digits of the SHA-256 do. */
function derivedName(...parts: readonly string[]): string {
  const readable = parts.map((part) => part.replace(/[^A-Za-z0-9]+/g, '_')).join('__');
  if (parts.every((part) => /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/.test(part))) return readable;
  const hash = sha256(JSON.stringify(parts)).slice(0, 8);
  return `${readable}_${hash}`;
}
