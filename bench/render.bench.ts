import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { layRepo } from './corpus.ts';
import { gatewayTexts } from './corpus-gateways.ts';
import { type Figure, medianTimes } from './figure.ts';

const bin = join(import.meta.dirname, '../bin/aigw.js');

const targets = [
  { type: 'litellm', version: '1.106' },
  { type: 'envoy-ai-gateway', version: '1.1' },
] as const;

/** 1,000 routes in ten gateways, rendered for three environments: reading, all checks, all objects checked, all files written. */
export async function measure(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const target of targets) {
    const repo = layRepo(gatewayTexts({ target, gateways: 10, routes: 100 }));
    try {
      const words = [bin, 'render', repo, '-o', join(repo, 'out')];
      const times = medianTimes({ empty: { words: ['-e', ''] }, render: { words } }, 3);
      const name = `rendering 1,000 routes for three environments, ${target.type}`;
      figures.push({
        name,
        value: times.render,
        unit: 'ms',
        target: 2000,
        detail: `${(times.render / times.empty).toFixed(0)} empty Node processes`,
      });
    } finally {
      rmSync(repo, { recursive: true, force: true });
    }
  }
  return figures;
}
