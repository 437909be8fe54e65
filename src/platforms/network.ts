// How a Git host is reached from here: by which proxy, whom to trust, and as whom.
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { PlatformTrouble } from '../ports/platform.ts';

/** A file in PEM, and the variable that names it. */
interface NamedFile {
  readonly variable: string;
  readonly path: string;
}

export interface Network {
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as far as they are set. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Of an authority that is trusted beside those that Node.js trusts. */
  readonly authority: NamedFile | undefined;
  /** What the host is shown, with its key. */
  readonly certificate: NamedFile | undefined;
  readonly key: NamedFile | undefined;
  /** Of this Node.js. */
  readonly version: string;
}

/** Without a proxy, and trusting whom Node.js trusts. */
export const PLAIN_NETWORK: Network = networkOf({});

/**
 * By the variables that curl, Git (2.39) and jobs of GitLab (18) know. Node.js itself knows NODE_EXTRA_CA_CERTS. Git's own win, since they are set
 * by hand.
 */
export function networkOf(env: Readonly<Record<string, string | undefined>>, version = process.versions.node): Network {
  const named = (...variables: readonly string[]) => {
    const variable = variables.find((name) => env[name]);
    return variable === undefined ? undefined : { variable, path: env[variable] ?? '' };
  };
  const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => {
    const value = env[name.toLowerCase()] || env[name];
    if (!value) return [];
    // Node.js (24) takes a proxy without a scheme for none.
    return [[name, name === 'NO_PROXY' || value.includes('://') ? value : `http://${value}`]];
  });
  return {
    proxies: Object.fromEntries(proxies) as Network['proxies'],
    authority: named('GIT_SSL_CAINFO', 'CI_SERVER_TLS_CA_FILE'),
    certificate: named('GIT_SSL_CERT', 'CI_SERVER_TLS_CERT_FILE'),
    key: named('GIT_SSL_KEY', 'CI_SERVER_TLS_KEY_FILE'),
    version,
  };
}

/** Rejects with a PlatformTrouble where a file cannot be read, or holds something else, and where this Node.js knows no proxies. */
export function agentOf(network: Network, protocol: string, keepAlive: boolean) {
  const { proxies, authority, certificate, key } = network;
  const proxy = protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  if (proxies[proxy] !== undefined && !knowsProxies(network.version)) throw withoutProxies(proxy, network.version);
  const common = { keepAlive, proxyEnv: proxies };
  if (protocol === 'http:') return new HttpAgent(common);
  const ca = authority === undefined ? {} : { ca: [...getCACertificates('default'), textIn(authority)] };
  const own = certificate === undefined ? {} : { cert: textIn(certificate), key: textIn(key ?? certificate) };
  return new HttpsAgent({ ...common, ...ca, ...own });
}

/** Whether agents of a Node.js take `proxyEnv`: they do from 22.21 and 24.5 on. Older ones would pass by the proxy, and say nothing. */
function knowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}

function withoutProxies(variable: string, version: string): PlatformTrouble {
  const help = `Take Node.js 22.21 or newer, or 24.5 or newer. Where the host is reached without a proxy, unset ${variable}.`;
  return new PlatformTrouble('unusable', `${variable} is set, and Node.js ${version} cannot go by a proxy.`, help);
}

function textIn({ variable, path }: NamedFile): string {
  const unusable = (why: string) =>
    new PlatformTrouble('unusable', `${variable} names ${path}, which ${why}.`, `Correct ${variable}, or unset it.`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (text.includes('-----BEGIN ')) return text;
  throw unusable('holds neither a certificate nor a key');
}
