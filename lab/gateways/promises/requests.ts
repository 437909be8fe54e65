// What upstreams get.
import { routesOf } from '../../../src/config/traffic.ts';
import { parseSize } from '../../../src/lib/quantity.ts';
import type { Made, Row, Situation } from './promise.ts';
import { answerersIn, apiOf, asking, modelsIn, namesOf, upstreamNameOf } from './situation.ts';

export const requests: readonly Row[] = [
  { fields: ['Route.request.body'], make: withholdsFields },
  { fields: ['Route.request.body'], make: setsFields },
  { fields: ['Route.request.headers'], make: withholdsHeaders },
  { fields: ['Route.request.rewritePrefix'], make: rewritesPaths },
  { fields: ['Route.request.maxSize'], make: refusesLargeBodies },
  { fields: ['Model.parameters'], make: handlesParameters },
  { fields: ['Provider.credential', 'Provider.api', 'Provider.url'], make: showsKeys },
];

function withholdsFields({ route, question }: Situation): readonly Made[] {
  const fields = route.spec.request?.body?.remove ?? [];
  if (fields.length === 0 || question.body === undefined) return [];
  const body = { ...(question.body as object), ...Object.fromEntries(fields.map((field) => [field, sampleOf(field)])) };
  const expected = { status: [200], withheld: { fields } };
  return [{ name: 'takes fields out of bodies', question: { ...question, body }, expected }];
}

/** A vendor refuses metadata that is no map of texts, and a user who is no text. */
function sampleOf(field: string): unknown {
  return field === 'metadata' ? { lab: 'hello' } : 'hello';
}

function setsFields({ route }: Situation): readonly Made[] {
  const fields = (route.spec.request?.body as { readonly set?: Readonly<Record<string, unknown>> } | undefined)?.set;
  return fields === undefined ? [] : [{ name: 'sets fields of bodies', expected: { status: [200], sent: { fields } } }];
}

function withholdsHeaders({ route, question }: Situation): readonly Made[] {
  const headers = route.spec.request?.headers?.remove ?? [];
  // The credential is a header of every question; others are added.
  const added = Object.fromEntries(headers.filter((name) => name !== 'authorization').map((name) => [name, 'hello']));
  if (headers.length === 0) return [];
  const asked = { ...question, headers: { ...question.headers, ...added } };
  return [{ name: 'takes headers away', question: asked, expected: { status: [200], withheld: { headers } } }];
}

function rewritesPaths({ route, question }: Situation): readonly Made[] {
  const { rewritePrefix: path } = route.spec.request ?? {};
  return path === undefined
    ? []
    : [{ name: `asks for ${path}`, question, expected: { status: [200], sent: { path } } }];
}

/** Where the sizes of all routes are one, it is the largest. */
function refusesLargeBodies({ source: { config, gateway }, route, question }: Situation): readonly Made[] {
  if (route.spec.request?.maxSize === undefined || question.body === undefined) return [];
  const sizes = routesOf(config, gateway).flatMap(({ resource }) => resource.spec.request?.maxSize ?? []);
  const most = Math.max(...sizes.map(parseSize));
  const body = { ...(question.body as object), padding: 'x'.repeat(most) };
  return [
    {
      name: 'refuses bodies that are too large',
      question: { ...question, body },
      expected: { status: [413], asked: [] },
    },
  ];
}

/** Only where the upstream gets what the client sends, field by field. */
const SAME_FIELDS = new Set(['openai', 'azure-openai', 'mistral']);

function handlesParameters(situation: Situation): readonly Made[] {
  const [{ model } = {}, ...more] = modelsIn(situation, 'backend');
  if (model === undefined || more.length > 0 || !SAME_FIELDS.has(apiOf(situation, model) ?? '')) return [];
  const { fixed = {}, default: defaults = {}, forbidden = [] } = model.spec.parameters ?? {};
  const made: Made[] = [];
  const row = (name: string, asked: Readonly<Record<string, unknown>>, rest: Partial<Made['expected']>) =>
    made.push({ name, of: model, question: asking(situation, asked), expected: { status: [200], ...rest } });
  if (Object.keys(fixed).length > 0)
    row('fixes parameters', Object.fromEntries(Object.keys(fixed).map((name) => [name, 1])), {
      sent: { fields: fixed },
    });
  if (Object.keys(defaults).length > 0) {
    row('sets parameters that are not asked for', {}, { sent: { fields: defaults } });
    const [name = ''] = Object.keys(defaults);
    row('leaves parameters that are asked for', { [name]: 0.5 }, { sent: { fields: { [name]: 0.5 } } });
  }
  if (forbidden.length > 0) {
    const asked = Object.fromEntries(forbidden.map((name) => [name, PARAMETERS[name] ?? 1]));
    row('takes forbidden parameters away', asked, { withheld: { fields: forbidden } });
  }
  return made;
}

/** Values of parameters that are no numbers. */
const PARAMETERS: Readonly<Record<string, unknown>> = { logit_bias: { 50256: -100 } };

/** Every model that may answer is asked, the later ones when the earlier ones fail; others are asked by caches and guardrails. */
function showsKeys(situation: Situation): readonly Made[] {
  const { source, question, keyOf } = situation;
  const { config } = source;
  const answerers = answerersIn(situation);
  // One that passes all names on has this question's name only where it answers.
  const others = config.all('Model').filter(({ spec }) => spec.upstreamModel !== '*');
  const keys = Object.fromEntries(
    [...others.map((model) => ({ model, name: upstreamNameOf(model, question) })), ...answerers].flatMap(
      ({ model, name }) => {
        const provider = config.find('Provider', model.spec.provider ?? '');
        const key = provider && keyOf(config, provider);
        return key === undefined ? [] : [[name, key] as const];
      },
    ),
  );
  if (!answerers.some(({ name }) => name in keys)) return [];
  const expected = { status: [200], keys };
  const given = Object.fromEntries(namesOf(situation, 'backend').map((name) => [name, { status: 500 }]));
  const rest: readonly Made[] =
    situation.route.spec.fallback?.when.includes('error') === true
      ? [{ name: "shows each provider's key to that provider alone, when it falls back", given, expected }]
      : [];
  return [{ name: "shows each provider's key to that provider alone", expected }, ...rest];
}
