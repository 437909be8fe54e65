// LiteLLM chooses by the name of the model that a client asks for, and by nothing else. Here routes, tried in order, become such names.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import type { RouteMatch } from '../../config/schema-types.ts';

type Route = Resource<'Route'>;

/** A name that a route answers to. */
export interface Claim {
  readonly route: Route;
  /** As clients ask for it; an asterisk at the end stands for anything. */
  readonly name: string;
  /** Inputs of more tokens belong to the next route that answers to the name. */
  readonly maxTokens: number | undefined;
}

/** The names of a gateway's routes that are left when each goes to the first route that takes it. */
export function claimsOf(config: ResolvedConfig, routes: readonly Route[]): readonly Claim[] {
  const reached: Claim[] = [];
  const settled = new Set<string>();
  const patterns: Claim[] = [];
  for (const claim of routes.flatMap((route) => namesOf(config, route))) {
    if (settled.has(claim.name) || patterns.some((earlier) => covers(earlier, claim))) continue;
    reached.push(claim);
    if (claim.maxTokens !== undefined) continue;
    settled.add(claim.name);
    if (isPattern(claim.name)) patterns.push(claim);
  }
  return reached;
}

/** What claims are to one another. */
interface Relations {
  readonly firstOf: ReadonlyMap<string, Claim>;
  readonly nextOf: ReadonlyMap<Claim, Claim>;
  /** The routes that some claim's long inputs fall to. */
  readonly targets: ReadonlySet<Route>;
  readonly ofRoute: ReadonlyMap<Route, readonly Claim[]>;
}

const known = new WeakMap<readonly Claim[], Relations>();

function relationsOf(claims: readonly Claim[]): Relations {
  const relations = known.get(claims) ?? findRelations(claims);
  known.set(claims, relations);
  return relations;
}

function findRelations(claims: readonly Claim[]): Relations {
  const firstOf = new Map<string, Claim>();
  const nextOf = new Map<Claim, Claim>();
  const ofName = new Map<string, Claim[]>();
  const patterns: Claim[] = [];
  const places = new Map(claims.map((claim, index) => [claim, index]));
  const isBefore = (a: Claim, b: Claim | undefined) => b === undefined || (places.get(a) ?? 0) < (places.get(b) ?? 0);
  for (const claim of claims.toReversed()) {
    const same = ofName.get(claim.name) ?? [];
    if (claim.maxTokens !== undefined) {
      const takes = (later: Claim) => later.route !== claim.route && covers(later, claim);
      const [named, wide] = [same.findLast(takes), patterns.findLast(takes)];
      const next = named !== undefined && isBefore(named, wide) ? named : wide;
      if (next !== undefined) nextOf.set(claim, next);
    }
    same.push(claim);
    ofName.set(claim.name, same);
    if (isPattern(claim.name)) patterns.push(claim);
    firstOf.set(claim.name, claim);
  }
  const targets = new Set([...nextOf.values()].map(({ route }) => route));
  return { firstOf, nextOf, targets, ofRoute: Map.groupBy(claims, ({ route }) => route) };
}

/** The claims of one route. */
export function claimsOfRoute(claims: readonly Claim[], route: Route): readonly Claim[] {
  return relationsOf(claims).ofRoute.get(route) ?? [];
}

/** The claim that inputs fall to which are too long for this one. */
export function nextClaim(claims: readonly Claim[], claim: Claim): Claim | undefined {
  return relationsOf(claims).nextOf.get(claim);
}

/** Whether inputs that are too long for some other claim fall to a route. */
export function takesOverflow(claims: readonly Claim[], route: Route): boolean {
  return relationsOf(claims).targets.has(route);
}

/** The claim that comes first among those for the same name. */
export function isFirst(claims: readonly Claim[], claim: Claim): boolean {
  return relationsOf(claims).firstOf.get(claim.name) === claim;
}

export function isPattern(name: string): boolean {
  return name.endsWith('*');
}

function covers(wide: Claim, narrow: Claim): boolean {
  return wide.name === narrow.name || (isPattern(wide.name) && narrow.name.startsWith(wide.name.slice(0, -1)));
}

function namesOf(config: ResolvedConfig, route: Route): readonly Claim[] {
  return (route.spec.match ?? [{}]).flatMap((match: RouteMatch) =>
    namesOfMatch(config, match).map((name) => ({ route, name, maxTokens: match.input?.tokens?.max })),
  );
}

/** A regular expression, or the demand that no model be asked for, is beyond LiteLLM: such an alternative takes nothing. */
function namesOfMatch(config: ResolvedConfig, { model }: RouteMatch): readonly string[] {
  if (model === undefined) return ['*'];
  if (typeof model === 'string') return [model, ...(config.find('Model', model)?.spec.aliases ?? [])];
  if ('prefix' in model) return [`${model.prefix}*`];
  return 'present' in model && model.present ? ['*'] : [];
}
