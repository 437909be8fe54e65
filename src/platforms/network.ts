// How a Git host is reached from here: by which proxy, whom to trust, and as whom.
import { readFileSync } from 'node:fs';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { type Proxies, proxiesIn, proxyFault } from '../lib/proxies.ts';
import { PlatformTrouble } from '../ports/platform.ts';

/** An import would ask the module for all that it has, for which Node.js 24 loads undici, a tenth of what a promotion takes. */
export const http = process.getBuiltinModule('node:http');

/** A file in PEM, and the variable that names it. */
interface NamedFile {
  readonly variable: string;
  readonly path: string;
}

export interface Network {
  readonly proxies: Proxies;
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
  return {
    proxies: proxiesIn(env),
    authority: named('GIT_SSL_CAINFO', 'CI_SERVER_TLS_CA_FILE'),
    certificate: named('GIT_SSL_CERT', 'CI_SERVER_TLS_CERT_FILE'),
    key: named('GIT_SSL_KEY', 'CI_SERVER_TLS_KEY_FILE'),
    version,
  };
}

/** Rejects with a PlatformTrouble where a file cannot be read, or holds something else, and where this Node.js knows no proxies. */
export function agentOf(network: Network, protocol: string, keepAlive: boolean) {
  const { proxies, authority, certificate, key } = network;
  const fault = proxyFault(proxies, protocol, network.version);
  if (fault !== undefined) throw new PlatformTrouble('unusable', fault.message, fault.help);
  const common = { keepAlive, proxyEnv: proxies };
  if (protocol === 'http:') return new http.Agent(common);
  const ca = authority === undefined ? {} : { ca: [...getCACertificates('default'), textIn(authority)] };
  const own = certificate === undefined ? {} : { cert: textIn(certificate), key: textIn(key ?? certificate) };
  return new HttpsAgent({ ...common, ...ca, ...own });
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
