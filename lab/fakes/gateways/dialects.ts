// The gateways whose metrics the lab can imitate. One is added by its file, and its line here.
import { envoyAiGateway } from './envoy-ai-gateway.ts';
import { litellm } from './litellm.ts';
import type { Dialect as Speech } from './meter.ts';

export const DIALECTS = {
  'envoy-ai-gateway': envoyAiGateway,
  litellm,
} as const satisfies Readonly<Record<string, Speech>>;

export type Dialect = keyof typeof DIALECTS;
