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
  for (const claim of routes.flatMap((route) => namesOf(config, route))) {
    if (!reached.some((earlier) => earlier.maxTokens === undefined && covers(earlier, claim))) reached.push(claim);
  }
  return reached;
}

/** The claim that inputs fall to which are too long for this one. */
export function nextClaim(claims: readonly Claim[], claim: Claim): Claim | undefined {
  if (claim.maxTokens === undefined) return undefined;
  return claims.slice(claims.indexOf(claim) + 1).find((later) => later.route !== claim.route && covers(later, claim));
}

/** The claim that comes first among those for the same name. */
export function isFirst(claims: readonly Claim[], claim: Claim): boolean {
  return claims.find(({ name }) => name === claim.name) === claim;
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
