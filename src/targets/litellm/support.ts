import type { SupportTable } from '../target.ts';
import { contentSupport } from './support/content.ts';
import { gatewaySupport } from './support/gateway.ts';
import { limitSupport } from './support/limits.ts';
import { modelSupport } from './support/models.ts';
import { restSupport } from './support/rest.ts';
import { routeSupport } from './support/routes.ts';

/** What LiteLLM 1.106 can express. Each reason completes a sentence about LiteLLM. */
export const support: SupportTable = {
  ...gatewaySupport,
  ...modelSupport,
  ...routeSupport,
  ...contentSupport,
  ...limitSupport,
  ...restSupport,
};
