// What a gateway's target cannot do, as findings at the fields that ask for it. Codes 3xxx.
import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { type Shortfall, shortfallsOf } from './support.ts';
import type { Target } from './target.ts';

interface Args {
  readonly target: string;
  readonly field: string;
  readonly reason: string;
  readonly emulation?: string | undefined;
}

const withLines = (extra: string): string =>
  exampleRepo(['match: [{model: large}]', `match: [{model: large}]${extra}`]);

const ORDER = { 'order.json': '{"type": "object"}\n' };

const unsupportedField = defineDiagnostic<Args>({
  code: 'AIGW3001',
  name: 'unsupported-field',
  severity: 'error',
  summary: 'A target cannot express a field that one of its gateways uses.',
  message: ({ target, field, reason }) => `${target} cannot express ${field}: ${reason}`,
  help: ({ field, emulation }) =>
    emulation === undefined
      ? `Take it out for this gateway, choose another target, or accept the loss with \`onUnsupported: {${field}: warn}\`.`
      : `Accept the loss with \`onUnsupported: {${field}: warn}\`, or have it built another way with \`emulate\`: ${emulation}`,
  examples: {
    bad: { 'aigw.yaml': withLines('\n  request: {schema: order.json}'), ...ORDER },
    good: {
      'aigw.yaml': withLines('\n  request: {schema: order.json}\n  onUnsupported: {request.schema: warn}'),
      ...ORDER,
    },
  },
});

const droppedField = defineDiagnostic<Args>({
  code: 'AIGW3002',
  name: 'dropped-field',
  severity: 'warning',
  summary: 'A field is left out of a gateway, as onUnsupported allows.',
  message: ({ target, field, reason }) => `${target} leaves out ${field}: ${reason}`,
  help: () => 'Make sure that somebody else does it, or choose a target that can.',
  examples: {
    bad: withLines('\n  request: {schema: order.json}\n  onUnsupported: {request.schema: warn}'),
    good: exampleRepo(),
  },
});

const noEmulation = defineDiagnostic<Args>({
  code: 'AIGW3003',
  name: 'no-emulation',
  severity: 'error',
  summary: 'onUnsupported asks for an emulation that the target does not have.',
  message: ({ target, field, reason }) => `${target} cannot express ${field}, nor build it another way: ${reason}`,
  help: ({ field }) =>
    `Take it out for this gateway, choose another target, or accept the loss with \`onUnsupported: {${field}: warn}\`.`,
  examples: {
    bad: withLines('\n  request: {schema: order.json}\n  onUnsupported: {request.schema: emulate}'),
    good: exampleRepo(),
  },
});

const unsupportedVersion = defineDiagnostic<{ target: string; version: string; versions: readonly string[] }>({
  code: 'AIGW3004',
  name: 'unsupported-version',
  severity: 'error',
  summary: 'A gateway names a version of its target that aigw does not render for.',
  message: ({ target, version }) => `aigw does not render for ${target} ${version}.`,
  help: ({ versions }) => `It renders for ${versions.join(', ')}.`,
  examples: { bad: exampleRepo(['"1.106"', '"0.1"']), good: exampleRepo() },
});

const wrongSetting = defineDiagnostic<{ target: string; message: string }>({
  code: 'AIGW3006',
  name: 'wrong-setting',
  severity: 'error',
  summary: "A target's own setting, under `targets`, is none that it has.",
  message: ({ target, message }) => `${target} would not take this setting. ${message}`,
  help: ({ target }) => `Correct it as the documentation of ${target} says, or take it out.`,
  examples: {
    bad: exampleRepo(['  limits: [fair-share]', '  limits: [fair-share]\n  targets: {litellm: {litellm_setings: {}}}']),
    good: exampleRepo([
      '  limits: [fair-share]',
      '  limits: [fair-share]\n  targets: {litellm: {litellm_settings: {drop_params: true}}}',
    ]),
  },
});

export const targetKinds = [unsupportedField, droppedField, noEmulation, unsupportedVersion, wrongSetting] as const;

/** Findings for every field of a gateway's reach that is lost, and for a version that the target is not rendered for. */
export function targetFindings(
  target: Target,
  config: ResolvedConfig,
  gateway: Resource<'Gateway'>,
): readonly Diagnostic[] {
  const { version } = gateway.spec.target;
  const versions = target.versions;
  if (!versions.some((known) => version === known || version.startsWith(`${known}.`))) {
    const place = gateway.placeOf(['spec', 'target', 'version']);
    return [raise(unsupportedVersion, { target: target.title, version, versions }, place)];
  }
  return [
    ...shortfallsOf(target, config, gateway).flatMap((shortfall) => findingOf(target, shortfall)),
    ...reachOf(config, gateway).flatMap((resource) => settingFindings(target, resource)),
  ];
}

function settingFindings(target: Target, resource: Resource): readonly Diagnostic[] {
  return (target.checkSettings?.(resource) ?? []).map(({ kind, path, message }) =>
    raise(
      wrongSetting,
      { target: target.title, message },
      resource.placeOf(path, kind === 'unknown-key' ? 'key' : 'value'),
    ),
  );
}

function findingOf(target: Target, { field, support, mode }: Shortfall): readonly Diagnostic[] {
  if (support.status !== 'dropped') return [];
  const { emulation, reason } = support;
  if (mode === 'emulate' && emulation !== undefined) return [];
  const kind = { error: unsupportedField, warn: droppedField, emulate: noEmulation }[mode];
  const place = field.resource.placeOf(field.path, 'key');
  return [
    raise(
      kind,
      { target: target.title, field: field.name === '' ? field.resource.kind : field.name, reason, emulation },
      place,
    ),
  ];
}
