// What tests of this folder render: a repo with a provider, a model and a gateway, and whatever a test adds.
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { assembleRepo } from '../../config/repo.ts';
import type { Kind } from '../../config/schema-types.ts';
import type { JsonObject } from '../../lib/json.ts';
import { lossesOf } from '../support.ts';
import type { Workload } from '../target.ts';
import { render } from './render.ts';
import { target } from './target.ts';

/** Specs by kind and name, as in `{Route: {chat: {…}}}`; their fields take the place of the repo's own. */
export type Specs = Readonly<Partial<Record<Kind, Readonly<Record<string, JsonObject>>>>>;

const BASE: Specs = {
  Repository: { example: { environments: ['prod'] } },
  Provider: { vendor: { api: 'openai', url: 'https://vendor.example.com/v1', credential: { env: 'VENDOR_KEY' } } },
  Model: { small: { provider: 'vendor' }, large: { provider: 'vendor' } },
  Route: { chat: { match: [{ model: 'chat' }], backends: [{ name: 'main', model: 'small', weight: 100 }] } },
  Gateway: {
    llm: {
      target: { type: 'litellm', version: '1.106' },
      listeners: [{ name: 'http', port: 4000, protocol: 'http' }],
      routes: ['chat'],
    },
  },
};

/** What becomes of a gateway: its file, the calls for its keys, files beside it, its proxy, and the loss report by `Kind/name field`. */
export interface Rendered {
  readonly file: JsonObject;
  readonly calls: readonly JsonObject[];
  readonly beside: Readonly<Record<string, string>>;
  readonly workload: Workload;
  readonly losses: Readonly<Record<string, string>>;
}

export function rendered(specs: Specs): Rendered {
  const { config, gateway } = resolved(specs);
  const { files, workloads } = render({ config, gateway });
  const contents = new Map(files.map(({ path, content }) => [path.slice(path.indexOf('/') + 1), content]));
  const file = contents.get('litellm.yaml');
  const access = contents.get('litellm-access.json');
  const [workload] = workloads;
  if (file?.kind !== 'yaml' || access?.kind !== 'json' || workload === undefined) throw new Error('files are missing');
  const beside = [...contents].flatMap(([name, content]) => (content.kind === 'text' ? [[name, content.text]] : []));
  const losses = lossesOf(target, config, gateway).map((loss) => [
    `${loss.kind}/${loss.name} ${loss.field}`,
    loss.status,
  ]);
  return {
    file: file.value,
    calls: (access.value as { readonly calls: readonly JsonObject[] }).calls,
    beside: Object.fromEntries(beside),
    workload,
    losses: Object.fromEntries(losses),
  };
}

export function resolved(specs: Specs): { readonly config: ResolvedConfig; readonly gateway: Resource<'Gateway'> } {
  const kinds = [...new Set([...Object.keys(BASE), ...Object.keys(specs)])] as Kind[];
  const documents = kinds.flatMap((kind) => {
    const [base, more] = [BASE[kind] ?? {}, specs[kind] ?? {}];
    return [...new Set([...Object.keys(base), ...Object.keys(more)])].map((name) =>
      JSON.stringify({
        apiVersion: 'aigw.dev/v1alpha1',
        kind,
        metadata: { name },
        spec: { ...base[name], ...more[name] },
      }),
    );
  });
  const repo = assembleRepo([{ path: 'aigw.yaml', text: documents.join('\n---\n') }]);
  const [fault] = repo.diagnostics;
  if (fault !== undefined) throw new Error(fault.message);
  const config = repo.resolve('prod', new Map());
  const gateway = config?.find('Gateway', 'llm');
  if (config === undefined || gateway === undefined) throw new Error('no gateway');
  return { config, gateway };
}

/** The entries of model_list by their ids, each with the parts flattened into one. */
export function deploymentsOf({ file }: Rendered): Readonly<Record<string, JsonObject>> {
  const entries = file['model_list'] as readonly {
    readonly litellm_params: JsonObject;
    readonly model_info: JsonObject;
  }[];
  return Object.fromEntries(
    entries.map(({ litellm_params, model_info, ...entry }) => [
      String(model_info['id']),
      { ...entry, ...litellm_params, ...model_info },
    ]),
  );
}

/** A part of the rendered file. */
export function partOf({ file }: Rendered, part: string): JsonObject {
  return file[part] as JsonObject;
}
