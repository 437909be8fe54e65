import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { type Diagnostic, defineDiagnostic, type Related, raise } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const weightsSum = defineDiagnostic<{ whose: string; sum: number }>({
  code: 'AIGW2006',
  name: 'weights-sum',
  severity: 'error',
  summary: 'Weights that share out the requests of a route or of a fallback tier do not add up to 100.',
  message: ({ whose, sum }) =>
    sum === 0
      ? `Every weight of ${whose} is 0, so nobody gets a request.`
      : `The weights of ${whose} add up to ${sum}, not to 100.`,
  help: ({ sum }) =>
    sum === 0
      ? 'Give the one that should answer the weight 100; weights are percent.'
      : `Weights are percent: ${sum > 100 ? 'take away' : 'add'} ${rounded(Math.abs(100 - sum))} in all; 0 is allowed for one that waits.`,
  examples: {
    bad: exampleRepo([
      'backends: [{name: main, model: large, weight: 100}]',
      'backends: [{name: main, model: large, weight: 90}, {name: trial, model: small, weight: 5}]',
    ]),
    good: exampleRepo([
      'backends: [{name: main, model: large, weight: 100}]',
      'backends: [{name: main, model: large, weight: 95}, {name: trial, model: small, weight: 5}]',
    ]),
  },
});

interface Share {
  readonly name: string;
  readonly weight: number;
}

export const check = defineCheck({
  kinds: [weightsSum],
  byResource: true,
  run: ({ config }) =>
    config.all('Route').flatMap((route) => {
      const { backends, fallback } = route.spec;
      const shares = (backends ?? []).map(({ name, weight }) => ({ name, weight }));
      const tiers = (fallback?.tiers ?? []).flatMap((tier, index) => {
        const models = tier.map(({ model, weight }) => ({ name: model, weight }));
        return findingOn(route, `fallback tier ${index + 1}`, ['spec', 'fallback', 'tiers', index], models);
      });
      return [...findingOn(route, 'the backends', ['spec', 'backends'], shares), ...tiers];
    }),
});

function findingOn(
  route: Resource<'Route'>,
  what: string,
  path: Path,
  shares: readonly Share[],
): readonly Diagnostic[] {
  const sum = rounded(shares.reduce((total, { weight }) => total + weight, 0));
  if (shares.length === 0 || sum === 100) return [];
  const related = shares.length === 1 ? [] : shares.map((share, index) => partOf(route, [...path, index], share));
  const [only] = shares.length === 1 ? [route.placeOf([...path, 0, 'weight'])] : [];
  const whose = `${what} of route ${route.name}`;
  return [raise(weightsSum, { whose, sum }, only ?? route.placeOf(path, 'key'), { related })];
}

function partOf(route: Resource<'Route'>, path: Path, { name, weight }: Share): Related {
  return { message: `${name} has ${weight}.`, place: route.placeOf([...path, 'weight']) };
}

/** Without what floating point adds: 33.3 three times is 99.9. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
