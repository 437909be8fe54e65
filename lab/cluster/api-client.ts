// An API server's client: as much of one as asking whether it takes objects needs.
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts';

export interface ApiServer {
  readonly url: string;
  readonly token: string;
  /** PEM of the authority that signed its certificate. */
  readonly authority: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: JsonObject;
  /** What it warned of, in words. */
  readonly warnings: readonly string[];
}

export interface CreateOptions {
  readonly dryRun?: boolean;
}

export interface ApplyOptions extends CreateOptions {
  /** Takes over fields that others have set; they are refused as conflicts otherwise. Done unless told not to. */
  readonly force?: boolean;
}

export interface ApiClient {
  readonly get: (path: string) => Promise<ApiAnswer>;
  /** Server-side apply with strict field validation, as `kubectl apply --server-side --validate=strict` does it. */
  readonly apply: (object: JsonObject, options?: ApplyOptions) => Promise<ApiAnswer>;
  /** Creates it, with strict field validation. */
  readonly create: (object: JsonObject, options?: CreateOptions) => Promise<ApiAnswer>;
  readonly close: () => void;
}

/** Connections are kept; as many requests may be under way as the caller likes. */
export function apiClient({ url, token, authority }: ApiServer): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ca: authority });
  const send = (method: string, path: string, body?: JsonObject, type = 'application/json') =>
    new Promise<ApiAnswer>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) };
      const sent = request(new URL(path, url), { method, headers, agent });
      // A connection that is cut while several requests wait can be told twice.
      sent.on('error', reject);
      sent.once('response', (response) => {
        text(response).then((raw) => {
          const parsed = raw.startsWith('{') ? (JSON.parse(raw) as JsonObject) : { message: raw };
          resolve({
            status: response.statusCode ?? 0,
            body: parsed,
            warnings: warningsIn(response.headers['warning']),
          });
        }, reject);
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const get = (path: string) => send('GET', path);
  const pathOf = collections(get);
  const strict = ({ dryRun }: CreateOptions) => `fieldValidation=Strict${dryRun === true ? '&dryRun=All' : ''}`;
  return {
    get,
    apply: async (object, options = {}) => {
      const path = await pathOf(object);
      if (path === undefined) return unknownKind(object);
      const query = `fieldManager=aigw-lab&force=${options.force ?? true}&${strict(options)}`;
      return await send(
        'PATCH',
        `${path}/${encodeURIComponent(nameOf(object))}?${query}`,
        object,
        'application/apply-patch+yaml',
      );
    },
    create: async (object, options = {}) => {
      const path = await pathOf(object);
      return path === undefined ? unknownKind(object) : await send('POST', `${path}?${strict(options)}`, object);
    },
    close: () => agent.destroy(),
  };
}

/** A client for whoever a kubeconfig of the lab names. */
export async function apiClientFor(kubeconfig: string): Promise<ApiClient> {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8')) as {
    readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
    readonly users: readonly [{ readonly user: { readonly token: string } }];
  };
  const { server: url = '', 'certificate-authority-data': authority = '' } = clusters[0].cluster;
  return apiClient({ url, token: users[0].user.token, authority: Buffer.from(authority, 'base64').toString() });
}

/** Where objects of a kind live, as discovery says; undefined for a kind that is not served. */
function collections(get: (path: string) => Promise<ApiAnswer>): (object: JsonObject) => Promise<string | undefined> {
  const known = new Map<string, Promise<readonly JsonObject[]>>();
  const resourcesOf = async (root: string) => {
    const { body } = await get(root);
    return Array.isArray(body['resources']) ? body['resources'].filter((each) => isObject(each)) : [];
  };
  return async (object) => {
    const apiVersion = String(object['apiVersion']);
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const found = known.get(root) ?? resourcesOf(root);
    known.set(root, found);
    const resources = await found;
    // A group may be served a moment later.
    if (resources.length === 0) known.delete(root);
    const resource = resources.find(({ kind, name }) => kind === object['kind'] && !String(name).includes('/'));
    if (resource === undefined) return undefined;
    const place = resource['namespaced'] === true ? `/namespaces/${encodeURIComponent(namespaceOf(object))}` : '';
    return `${root}${place}/${resource['name']}`;
  };
}

function unknownKind({ apiVersion, kind }: JsonObject): ApiAnswer {
  return { status: 404, body: { message: `no matches for kind ${kind} in version ${apiVersion}` }, warnings: [] };
}

function metadataOf({ metadata }: JsonObject): JsonObject {
  return isObject(metadata) ? metadata : {};
}

function nameOf(object: JsonObject): string {
  return textOr(metadataOf(object)['name'], '');
}

function namespaceOf(object: JsonObject): string {
  return textOr(metadataOf(object)['namespace'], 'default');
}

function textOr(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

/** RFC 7234, 5.5: a code, an agent, and the text in quotes. */
function warningsIn(header: string | undefined): readonly string[] {
  return [...(header ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll('\\"', '"'));
}
