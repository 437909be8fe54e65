import type { Resource } from '../../../config/model.ts';
import { messageTextsOf } from '../../../config/prompt-text.ts';
import type { PromptVariable } from '../../../config/schema-types.ts';
import type { SetField, Support, SupportTable } from '../../target.ts';
import { BUILTIN_ENTITIES, guardrailEngine, isPythonPattern } from '../guardrails.ts';
import { isVariableName, keepsText } from '../prompts.ts';
import { approximate, dropped, elsewhere, exact, exactUnless } from './answers.ts';

/** The fields of prompts and guardrails. */
export const contentSupport: SupportTable = {
  'Prompt.version': exact,
  'Prompt.mode': ({ value }) => {
    if (value === 'append')
      return dropped("it puts prompts before the client's messages, never after them; the prompt is left out.");
    return value === 'replace'
      ? approximate(
          'what a client itself writes in messages follows the prompt; one that sends none is asked by the prompt alone.',
        )
      : exact;
  },
  'Prompt.variables': exact,
  'Prompt.variables.from': variableSupport,
  'Prompt.variables.field': elsewhere('the application sends it in prompt_variables.'),
  'Prompt.variables.maxTokens': approximate('a longer value is cut by characters, four to a token.'),
  'Prompt.variables.required': exactUnless(
    [true],
    approximate('a missing value is left empty; the request is not refused.'),
  ),
  'Prompt.variables.enum': approximate('any other value is left empty; the request is not refused.'),
  'Prompt.messages': exact,
  'Prompt.messages.text': textSupport,
  'Prompt.messages.file': textSupport,
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
      ? dropped('it shows no key to this engine; for Bedrock, it uses the pod’s own AWS identity.')
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

/** The variable that a field belongs to. */
function variableOf({ resource, path }: SetField): {
  readonly name: string;
  readonly variable: PromptVariable | undefined;
} {
  const name = String(path[path.indexOf('variables') + 1]);
  return { name, variable: (resource as Resource<'Prompt'>).spec.variables?.[name] };
}

function variableSupport(field: SetField): Support {
  const { name, variable } = variableOf(field);
  if (variable?.from === 'constant') return exact;
  if (!isVariableName(name))
    return dropped(
      'it fills variables alone whose names are made of letters, digits and underscores; this one is left empty.',
    );
  return approximate(
    'the application sends it in prompt_variables, and LiteLLM does not ask where it comes from. Words like "System:" in it get a space, since LiteLLM would take them for the start of a message.',
  );
}

function textSupport({ config, resource, path }: SetField): Support {
  const index = path.find((step) => typeof step === 'number');
  const text = messageTextsOf(config, resource as Resource<'Prompt'>)[Number(index ?? 0)]?.text ?? '';
  return keepsText(text)
    ? exact
    : approximate('lines lose their indentation, and words like "User:" at the start of a line get a space.');
}

function lengthSupport({ resource }: SetField): Support {
  const variables = Object.values((resource as Resource<'Prompt'>).spec.variables ?? {});
  const capped = variables.every(
    ({ from, maxTokens, enum: allowed }) => from === 'constant' || maxTokens !== undefined || allowed !== undefined,
  );
  return capped
    ? approximate('it cuts each variable to its own length; aigw validate looks at their sum.')
    : dropped('it does not count the tokens of a prompt; give each variable its maxTokens.');
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
