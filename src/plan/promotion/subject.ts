// What a config repo says of a subject in one environment.
import type { ConfigDocument } from '../../config/document.ts';
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { messageTextsOf } from '../../config/prompt-text.ts';
import { KINDS, type Kind } from '../../config/schema-types.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { JsonObject } from '../../lib/json.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { PromptVariables } from '../gates/prompt-variables.ts';
import type { Pin, Subject } from '../ledger/entry.ts';

/** The resource that a subject is. Undefined for the name of a config that is none of `Kind/name`. */
export function resourceNameOf({ kind, name }: Subject): { readonly kind: Kind; readonly name: string } | undefined {
  if (kind === 'model') return { kind: 'Model', name };
  if (kind === 'prompt') return { kind: 'Prompt', name };
  const [kindName = '', ...rest] = name.split('/');
  const resourceKind = KINDS.find((each) => each === kindName);
  const resourceName = rest.join('/');
  return resourceKind !== undefined && resourceName !== '' ? { kind: resourceKind, name: resourceName } : undefined;
}

/** A subject as an environment sees it; undefined where there is no such resource. */
export function resourceOf(subject: Subject, config: ResolvedConfig): Resource | undefined {
  const named = resourceNameOf(subject);
  return named && config.find(named.kind, named.name);
}

/** The overlay that an environment has of a subject. */
export function overlayOf(subject: Subject, config: ResolvedConfig): ConfigDocument | undefined {
  return resourceOf(subject, config)?.layers[1];
}

/**
 * The name under which a subject is registered; undefined where Git alone keeps it. A model goes by its own where it says none, and a prompt is
 * registered where it says one.
 */
export function registeredName(config: ResolvedConfig, subject: Subject): string | undefined {
  const { spec } = (resourceOf(subject, config) ?? {}) as Partial<Resource<'Model' | 'Prompt'>>;
  if (subject.kind === 'model') return spec?.registry ?? subject.name;
  return subject.kind === 'prompt' ? spec?.registry : undefined;
}

/** The registered name of what an environment runs now; undefined where it has not come out of the registry. */
export function sourceEntry(config: ResolvedConfig, subject: Subject): string | undefined {
  const { spec } = (resourceOf(subject, config) ?? {}) as Partial<Resource<'Model' | 'Prompt'>>;
  return spec?.digest === undefined ? undefined : registeredName(config, subject);
}

/**
 * What an environment runs of a subject: of a model the version and digest that are pinned, of a prompt its version and the digest that is pinned, or
 * of its content where none is; of anything else the digest of its spec, by the beginning of which it is called. Undefined where nothing is pinned, or
 * there is no such thing.
 */
export function pinIn(config: ResolvedConfig, subject: Subject): Pin | undefined {
  const resource = resourceOf(subject, config);
  if (resource === undefined) return undefined;
  if (subject.kind === 'model') {
    const { version, digest } = (resource as Resource<'Model'>).spec;
    return version === undefined || digest === undefined ? undefined : { version, digest };
  }
  if (subject.kind === 'prompt') {
    const prompt = resource as Resource<'Prompt'>;
    const { version, digest } = prompt.spec;
    return { version, digest: digest ?? digestOf(promptContent(prompt, config)) };
  }
  const digest = digestOf(resource.spec as unknown as JsonObject);
  return { version: digest.slice('sha256:'.length, 'sha256:'.length + 12), digest };
}

/** All that a model is told by a prompt; its version is only its name, and where it may come from is no part of it. */
function promptContent(prompt: Resource<'Prompt'>, config: ResolvedConfig): JsonObject {
  const { version: _, onUnsupported: __, messages: ___, registry: ____, digest: _____, ...rest } = prompt.spec;
  const messages = messageTextsOf(config, prompt).map(({ role, text }) => ({ role, text }));
  return { ...(rest as unknown as JsonObject), messages };
}

function digestOf(value: JsonObject): string {
  return `sha256:${sha256(canonicalJson(value))}`;
}

/** A prompt's variables; whoever fills it gives those of a user and of a context. */
export function variablesOf(prompt: Resource<'Prompt'>): PromptVariables {
  const given = Object.entries(prompt.spec.variables ?? {}).filter(
    ([, { from }]) => from === 'user' || from === 'context',
  );
  return Object.fromEntries(given.map(([name, { required }]) => [name, { required }]));
}

/** Hash of all policies that hold in an environment, and of who belongs to which team. */
export function policiesHash(config: ResolvedConfig): string {
  const all = [...config.all('Policy'), ...config.all('Team')];
  return digestOf(
    Object.fromEntries(all.map(({ kind, name, spec }) => [`${kind} ${name}`, spec as unknown as JsonObject])),
  );
}
