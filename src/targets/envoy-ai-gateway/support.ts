// What Envoy AI Gateway 1.0 and 1.1 can express, field by field. Reasons were read in their sources and those of Envoy Gateway
// 1.8.1, or seen in a standalone 1.0.0 with Envoy 1.38.3.
import type { SupportTable } from '../target.ts';
import { elsewhere, exact, viewAt } from './answers.ts';
import { accessSupport, limitSupport } from './support-access.ts';
import { gatewaySupport, modelSupport, observabilitySupport, providerSupport, toolSupport } from './support-gateway.ts';
import { routeSupport } from './support-route.ts';

const atTheRoute = elsewhere('Envoy AI Gateway has no such thing; the loss is told where a gateway or route names it.');

export const support: SupportTable = {
  ...gatewaySupport,
  ...providerSupport,
  ...modelSupport,
  ...routeSupport,
  ...accessSupport,
  ...limitSupport,
  ...toolSupport,
  ...observabilitySupport,
  Repository: elsewhere('It says where aigw works, not what a gateway does.'),
  Environment: elsewhere('It is for everything that an environment runs beside its gateways.'),
  'Environment.namespace': exact,
  'Environment.labels': exact,
  'Environment.secrets': elsewhere('It says how references become Secrets, for all that an environment runs.'),
  Policy: elsewhere('Checks and promotions keep to it.'),
  Rollout: elsewhere('aigw moves the weights in Git, step by step.'),
  Cache: atTheRoute,
  Chain: atTheRoute,
  ContextPolicy: atTheRoute,
  'ContextPolicy.session.header': (field) =>
    viewAt(field).routes.some(
      ({ route: { spec } }) =>
        spec.context === field.resource.name && spec.sticky?.by === 'session' && spec.sticky.name === undefined,
    )
      ? exact
      : atTheRoute,
  Guardrail: atTheRoute,
  Prompt: atTheRoute,
};
