import type { Resource } from '../../../config/model.ts';
import type { SetField, Support, SupportTable } from '../../target.ts';
import { BUILTIN_ENTITIES, guardrailEngine, isPythonPattern } from '../guardrails.ts';
import { type Need, needOf, wayOf } from '../prompts.ts';
import { approximate, dropped, elsewhere, exact, withoutEffect } from './answers.ts';

const PROMOTION = 'aigw promote takes texts from there, and what runs stands in messages.';

/** The fields of prompts and guardrails. */
export const contentSupport: SupportTable = {
  'Prompt.registry': elsewhere(PROMOTION),
  'Prompt.version': exact,
  'Prompt.digest': elsewhere(PROMOTION),
  'Prompt.mode': (field) =>
    needSupport(
      field,
      'mode',
      field.value === 'append'
        ? 'it puts prompts before a chat, never after it'
        : 'what clients themselves write stays in the chat',
    ),
  'Prompt.variables': (field) => needSupport(field, 'variables', 'it cannot take values from a request into a prompt'),
  'Prompt.messages': (field) =>
    needSupport(field, 'messages', 'it puts one message of the system before a chat, and nothing else'),
  'Prompt.maxTokens': lengthSupport,

  'Guardrail.type': engineSupport,
  'Guardrail.phase': phaseSupport,
  'Guardrail.action': actionSupport,
  'Guardrail.engine': exact,
  'Guardrail.engine.type': engineSupport,
  'Guardrail.engine.url': ({ resource }) =>
    engineOf(resource) === 'builtin' ? dropped('what it looks with itself has no URL.') : exact,
  'Guardrail.engine.maskUrl': ({ resource }) =>
    engineOf(resource) === 'presidio' ? exact : dropped('for this engine it knows one URL alone.'),
  'Guardrail.engine.credential': ({ resource }) =>
    ['builtin', 'presidio', 'bedrock'].includes(engineOf(resource))
      ? dropped("it shows no key to this engine; for Bedrock, it uses the pod's own AWS identity.")
      : exact,
  'Guardrail.engine.id': idSupport,
  'Guardrail.entities': exact,
  'Guardrail.entities.name': entitySupport,
  'Guardrail.entities.action': entityAction,
  'Guardrail.patterns': ({ resource }) =>
    engineOf(resource) === 'builtin' ? exact : dropped('own patterns are looked for by its built-in engine alone.'),
  'Guardrail.patterns.regex': patternSupport,
  'Guardrail.patterns.action': findingAction,
  'Guardrail.threshold': ({ resource }) =>
    engineOf(resource) === 'presidio' ? exact : dropped('it takes a confidence for Presidio alone.'),
  'Guardrail.roles': rolesSupport,
  'Guardrail.onError': ({ resource, value }) => onErrorSupport(engineOf(resource), value),
  'Guardrail.refused': exact,
  'Guardrail.refused.status': exactUnlessStatus,
  'Guardrail.refused.message': approximate('it refuses in its own words.'),
};

function specOf({ resource }: Pick<SetField, 'resource'>): Resource<'Guardrail'>['spec'] {
  return (resource as Resource<'Guardrail'>).spec;
}

function engineOf(resource: SetField['resource']): string {
  return (resource as Resource<'Guardrail'>).spec.engine?.type ?? 'builtin';
}

const CALLBACK =
  "a callback in Python, aigw_prompts.py, puts it in; it takes values from prompt_variables, shows them to guardrails, counts by LiteLLM's own tokenizer, and lets backends with such a prompt answer chat completions alone.";

function needSupport(field: SetField, need: Need, reason: string): Support {
  return needOf(field.resource as Resource<'Prompt'>) === need
    ? dropped(`${reason}; the prompt is left out.`, CALLBACK)
    : exact;
}

function lengthSupport({ resource }: SetField): Support {
  switch (wayOf(resource as Resource<'Prompt'>)) {
    case 'fixed':
      return elsewhere('its text is always the same; aigw validate counts it.');
    case 'callback':
      return exact;
    case undefined:
      return withoutEffect('the prompt is left out');
  }
}

function engineSupport(field: SetField): Support {
  const spec = specOf(field);
  const engine = engineOf(field.resource);
  if (!guardrailEngine(field.config, spec))
    return dropped(`it has no ${engine} engine for ${spec.type}; the guardrail is left out.`);
  if (engine === 'http') return approximate("the service has to speak LiteLLM's own protocol for guardrails.");
  if (engine === 'builtin' && spec.type !== 'pattern') {
    return approximate(
      spec.type === 'pii' || spec.type === 'secrets'
        ? 'it looks with its own patterns.'
        : 'it looks for words and phrases of its own lists.',
    );
  }
  return exact;
}

function phaseSupport(field: SetField): Support {
  const { phase, type } = specOf(field);
  const engine = engineOf(field.resource);
  const shield = engine === 'azure-content-safety' && type === 'prompt-injection';
  if (shield && phase.includes('response')) return dropped('it shows requests alone to this engine.');
  const withTools = ['builtin', 'presidio', 'bedrock', 'http'].includes(engine);
  return phase.includes('tool') && !withTools ? dropped('it does not show calls of tools to this engine.') : exact;
}

function actionSupport(field: SetField): Support {
  const engine = engineOf(field.resource);
  if (field.value === 'block') return exact;
  if (field.value === 'log') {
    return engine === 'lakera'
      ? exact
      : approximate('it looks when the request has been answered and is being logged.');
  }
  const masks = engine === 'builtin' || engine === 'presidio' || engine === 'bedrock' || engine === 'http';
  return masks ? exact : dropped('with this engine it can refuse, not mask.');
}

function entityAction(field: SetField): Support {
  return looksForEntities(field) ? findingAction(field) : dropped(NO_ENTITIES);
}

function findingAction(field: SetField): Support {
  return field.value === 'log'
    ? dropped('single findings are masked or refused, never only logged; the action of the whole guardrail is taken.')
    : exact;
}

const NO_ENTITIES = 'it looks for kinds of data in guardrails of type pii alone.';

function looksForEntities(field: SetField): boolean {
  return specOf(field).type === 'pii';
}

function entitySupport(field: SetField): Support {
  const engine = engineOf(field.resource);
  if (!looksForEntities(field)) return dropped(NO_ENTITIES);
  if (engine === 'presidio') return exact;
  if (engine !== 'builtin') return dropped('the policy within the engine decides what it looks for.');
  const known = BUILTIN_ENTITIES[String(field.value)];
  if (known === undefined) return dropped('its own patterns do not know this kind of data; use Presidio.');
  return known === 'us_phone' ? approximate('its own pattern knows numbers of the United States.') : exact;
}

function patternSupport({ value }: SetField): Support {
  if (!isPythonPattern(String(value)))
    return dropped(
      "it takes Python's regular expressions, which lack something that this one uses; the pattern is left out.",
    );
  return approximate('it looks for capital and small letters alike.');
}

function rolesSupport({ value }: SetField): Support {
  const roles = Array.isArray(value) ? value : [];
  if (!roles.includes('user') || !roles.includes('assistant')) {
    return dropped('it can pass over messages of the system and of tools, not of users or assistants.');
  }
  return exact;
}

function onErrorSupport(engine: string, value: SetField['value']): Support {
  if (engine === 'builtin') return elsewhere('what it looks with itself calls nobody who could fail.');
  return value === 'closed' || engine === 'http' ? exact : dropped('when this engine fails, it refuses the request.');
}

function idSupport({ resource }: SetField): Support {
  const engine = engineOf(resource);
  if (engine === 'bedrock') return approximate("taken for the guardrail's identifier, in its version DRAFT.");
  return engine === 'lakera' ? exact : dropped('for this engine it knows no policy by name.');
}

function exactUnlessStatus({ value }: SetField): Support {
  return value === 400 ? exact : dropped('it refuses with 400.');
}
