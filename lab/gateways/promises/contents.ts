// What prompts and guardrails do to what is said.
import type { Resource } from '../../../src/config/model.ts';
import { SAMPLE } from '../questions.ts';
import type { Made, Row, Situation } from './promise.ts';
import { asking, isChat } from './situation.ts';

export const contents: readonly Row[] = [
  { fields: ['Route.prompt', 'Route.backends.prompt', 'Prompt'], make: prompts },
  { fields: ['Gateway.guardrails', 'Route.guardrails', 'Guardrail'], make: guards },
];

function prompts(situation: Situation): readonly Made[] {
  const { source, route } = situation;
  const used = (route.spec.backends ?? []).flatMap(({ prompt }) => {
    const name = prompt ?? route.spec.prompt;
    return name === undefined ? [] : (source.config.find('Prompt', name) ?? []);
  });
  const [first] = used;
  if (first === undefined) return [];
  const texts = used.map(({ spec }) => spec.messages.flatMap(({ text = '' }) => fixedParts(text)));
  const messages = [
    { role: 'user', content: SAMPLE },
    { role: 'user', content: OWN_WORDS },
  ];
  const isReplaced = used.every(({ spec }) => spec.mode === 'replace');
  const kept = isReplaced
    ? { withheld: { texts: [OWN_WORDS] } }
    : { sent: { texts: texts.map((each) => [...each, OWN_WORDS]) } };
  const said = { name: 'puts its prompt in', of: first, expected: { status: [200], sent: { texts } } };
  const name = isReplaced
    ? "passes nothing on of the client's own words"
    : "keeps the client's own words beside its prompt";
  return [said, { name, of: first, question: asking(situation, { messages }), expected: { status: [200], ...kept } }];
}

const OWN_WORDS = 'words of the client';

/** What a text says whatever its variables say. */
function fixedParts(text: string): readonly string[] {
  return text
    .split(/\{\{[^}]*\}\}|\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function guards(situation: Situation): readonly Made[] {
  const { config, gateway } = situation.source;
  if (!isChat(situation)) return [];
  const names = [...gateway.spec.guardrails, ...situation.route.spec.guardrails];
  return names.flatMap((name) => config.find('Guardrail', name) ?? []).flatMap((each) => guard(situation, each));
}

function guard(situation: Situation, guardrail: Resource<'Guardrail'>): readonly Made[] {
  const { name, spec } = guardrail;
  const { engine } = spec as { readonly engine?: { readonly type: string; readonly id?: string } };
  if (spec.action === 'mask' && spec.phase.includes('request')) {
    return secretsFor(guardrail).map(([what, secret]) => ({
      name: `masks ${what} by ${name}`,
      of: guardrail,
      question: saying(situation, `hello ${secret} hello`),
      expected: { status: [200], withheld: { texts: [secret] } },
    }));
  }
  if (spec.action !== 'block' || engine?.id === undefined) return [];
  const asked = spec.phase.includes('request') ? { asked: [] } : {};
  const status = [spec.refused?.status ?? 400];
  return [
    {
      name: `refuses what ${name} blocks`,
      of: guardrail,
      given: { [engine.id]: { refusal: true } },
      expected: { status, ...asked },
    },
  ];
}

/** Texts that a guardrail has to find: of the entities that the fake analyzer knows, and of patterns that are plain enough to write one. */
function secretsFor({ spec }: Resource<'Guardrail'>): readonly (readonly [string, string])[] {
  const entities = (spec.entities ?? []).filter(
    ({ name, action = spec.action }) => name === 'EMAIL_ADDRESS' && action === 'mask',
  );
  const patterns = (spec.patterns ?? []).flatMap(({ name, regex }) => {
    const secret = textFor(regex);
    return secret === undefined ? [] : [[name, secret] as const];
  });
  return [...entities.map(({ name }) => [name, 'anna@example.com'] as const), ...patterns];
}

/** A text for a pattern of character classes in a row; undefined for any other. */
function textFor(regex: string): string | undefined {
  const text = regex.replaceAll(/\[(.)[^\]]*\](?:\{(\d+)(?:,\d*)?\})?/g, (_, first: string, count = '1') =>
    first.repeat(Number(count)),
  );
  return new RegExp(`^(?:${regex})$`).test(text) ? text : undefined;
}

/** The question with this text in it, in place of its words and of what its prompt takes from the client. */
function saying(situation: Situation, text: string) {
  const { prompt_variables: variables = {} } = situation.question.body as { readonly prompt_variables?: object };
  const said = Object.entries(variables).map(([name, value]) => [name, value === SAMPLE ? text : value]);
  const more = said.length === 0 ? {} : { prompt_variables: Object.fromEntries(said) };
  return asking(situation, { messages: [{ role: 'user', content: text }], ...more });
}
