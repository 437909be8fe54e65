import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { type Diagnostic, defineDiagnostic, type Related, raise } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const fallbackToItself = defineDiagnostic<{ tier: number; route: string; model: string; reason: string }>({
  code: 'AIGW2009',
  name: 'fallback-to-itself',
  severity: 'warning',
  summary: 'A fallback names a model to no effect, since it has been asked already.',
  message: ({ tier, route, model, reason }) =>
    `Fallback tier ${tier} of route ${route} names ${model} to no effect: ${reason}.`,
  help: () => 'Name another model, or delete the entry; to try the same model again, set retry.',
  examples: {
    bad: exampleRepo(['tiers: [[{model: small}]]', 'tiers: [[{model: large}]]']),
    good: exampleRepo(),
  },
});

type Route = Resource<'Route'>;

/** A model that every request has met by then, how, and where that stands. */
interface Met {
  readonly model: string;
  readonly words: string;
  readonly path: Path;
}

export const check = defineCheck({
  kinds: [fallbackToItself],
  byResource: true,
  run: ({ config }) => config.all('Route').flatMap((route) => [...askedAgain(route), ...askedTwice(route)]),
});

/** A tier of one model alone helps nobody when that model is all that a request has met before. */
function askedAgain(route: Route): readonly Diagnostic[] {
  const { backends = [], fallback } = route.spec;
  const serving = backends.filter(({ weight }) => weight > 0);
  const met: Met[] = [];
  const only = onlyOne(serving.map(({ model }) => model));
  if (only !== undefined)
    met.push({ model: only, words: 'it is what requests fall back from', path: ['spec', 'backends'] });
  return (fallback?.tiers ?? []).flatMap((tier, index) => {
    const path = ['spec', 'fallback', 'tiers', index];
    const model = onlyOne(tier.map((entry) => entry.model));
    const before = met.find((one) => one.model === model);
    if (model === undefined) return [];
    met.push({ model, words: `tier ${index + 1} has asked it before`, path });
    return before === undefined ? [] : [findingOn(route, [...path, 0, 'model'], index, before)];
  });
}

function onlyOne(models: readonly (string | undefined)[]): string | undefined {
  return new Set(models).size === 1 ? models[0] : undefined;
}

/** The same model twice in one tier shares the tier's requests with itself. */
function askedTwice(route: Route): readonly Diagnostic[] {
  return (route.spec.fallback?.tiers ?? []).flatMap((tier, index) =>
    tier.flatMap(({ model }, place) => {
      const first = tier.findIndex((entry) => entry.model === model);
      const path = ['spec', 'fallback', 'tiers', index];
      if (first === place) return [];
      return [
        findingOn(route, [...path, place, 'model'], index, {
          model,
          words: 'the tier names it before',
          path: [...path, first, 'model'],
        }),
      ];
    }),
  );
}

function findingOn(route: Route, path: Path, tier: number, { model, words, path: other }: Met): Diagnostic {
  const related: readonly Related[] = [{ message: `${model} is asked here before.`, place: route.placeOf(other) }];
  const args = { tier: tier + 1, route: route.name, model, reason: words };
  return raise(fallbackToItself, args, route.placeOf(path), { related });
}
