// aigw demo: the flagship example, validated, rendered for all its environments, and promoted from one to the next, without a server, a network or an account.
// It runs the very commands that people run, and tells what they did and where to look.
import { join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { World } from '../ports/world.ts';
import { regionOrRoot, runReport } from '../reports/report.ts';
import { playPromotion } from './demo-promotion.ts';
import type { Outcome } from './outcome.ts';
import { render } from './render.ts';
import { validate } from './validate.ts';

export interface DemoOptions {
  /** Where the rendered files go. */
  readonly directory: string;
}

export async function demo(world: World, { directory }: DemoOptions): Promise<Outcome> {
  const head = { command: 'demo', version: world.version };
  const path = world.packageFiles.pathOf('fixtures/cognitotech');
  const shown = relative(world.directory, path) || '.';
  const started = world.clock.elapsed();
  const checked = await validate(world, { path, failOn: 'error', baseline: true, updateBaseline: false });
  const folder = resolve(world.directory, directory);
  const rendered = await render(world, { path, directory: folder, check: false });
  const seconds = ((world.clock.elapsed() - started) / 1000).toFixed(1);
  const failed = [checked, rendered].find(({ report }) => !report.ok);
  if (failed !== undefined) return { ...failed, report: { ...failed.report, command: 'demo' } };
  const promoted = await playPromotion(world, { folder: join(folder, 'repo'), registry: 'files' });
  if (promoted.failed !== undefined)
    return { ...promoted.failed, report: { ...promoted.failed.report, command: 'demo' } };
  const text = [
    'CognitoTech answers its customers through two gateways: `front`, an Envoy AI Gateway that knows who asks and where a',
    'question belongs, and behind it `llm`, a LiteLLM proxy with prompts, guardrails, budgets and fallbacks.',
    '',
    `1. aigw validate ${shown}`,
    ...checked.report.text.map((line) => `   ${line}`),
    ...checked.report.diagnostics.map((finding) => `   ${severityAndPlace(finding)}: ${finding.message}`),
    '',
    `2. aigw render ${shown} -o ${directory}`,
    ...rendered.report.text.map((line) => `   ${line}`),
    '',
    '3. a better model and a better prompt go to prod, in a repository of their own:',
    ...promoted.lines.map((line) => `   ${line}`.trimEnd()),
    '',
    `The first two took ${seconds} s. Look at:`,
    `   ${join(shown, 'routes')}: what people write`,
    `   ${join(directory, 'prod', 'front')}: what Envoy AI Gateway runs in prod`,
    `   ${join(directory, 'prod', 'llm')}: what LiteLLM and Kubernetes run in prod`,
    `   ${join(directory, 'prod', 'render-index.json')}: where each file comes from, and what a target could not express`,
    `   ${join(directory, 'repo')}: git log, and promotions/ with the plan and its evidence`,
  ];
  return {
    report: runReport({ ...head, result: { validate: checked.report.result, render: rendered.report.result }, text }),
  };
}

function severityAndPlace({ severity, place }: Diagnostic): string {
  const { file, line, column } = regionOrRoot(place, '');
  return `${severity} at ${file}:${line}:${column}`;
}
