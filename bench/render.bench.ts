import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { layRepo } from './corpus.ts';
import { type GatewaysShape, gatewayTexts } from './corpus-gateways.ts';
import type { Figure } from './figure.ts';
import { aigw, medianTimes } from './process.ts';

const targets = [
  { name: 'LiteLLM', target: { type: 'litellm', version: '1.106' } },
  { name: 'Envoy AI Gateway', target: { type: 'envoy-ai-gateway', version: '1.1' } },
] as const;

/** Rendering 1,000 routes of ten gateways for three environments, everything included: reading, checking, writing. */
export async function measure(): Promise<readonly Figure[]> {
  return targets.map(({ name, target }) => {
    const value = timeOf({ target, gateways: 10, routes: 100 });
    const what = `\`aigw render\` of 1,000 routes for three environments to ${name}`;
    return { name: what, value, unit: 's', target: 2, detail: 'in ten gateways; reading, checks and writing included' };
  });
}

/** Seconds of a run that writes every file. */
function timeOf(shape: GatewaysShape): number {
  const directory = layRepo(gatewayTexts(shape));
  try {
    const before = () => rmSync(join(directory, 'out'), { recursive: true, force: true });
    return medianTimes({ render: { words: [aigw, 'render'], directory, before } }, 5).render / 1000;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
