/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as far as they are set. */
export type Proxies = Readonly<Record<string, string>>;

/** By the variables that curl knows: those in small letters win. */
export function proxiesIn(env: Readonly<Record<string, string | undefined>>): Proxies {
  const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => {
    const value = env[name.toLowerCase()] || env[name];
    if (!value) return [];
    // Node.js (24) takes a proxy without a scheme for none.
    return [[name, name === 'NO_PROXY' || value.includes('://') ? value : `http://${value}`]];
  });
  return Object.fromEntries(proxies) as Proxies;
}

/** Why a Node.js of this version cannot go by the proxy of a protocol (`https:`), which it would pass by and say nothing; undefined where it can. */
export function proxyFault(
  proxies: Proxies,
  protocol: string,
  version: string,
): { readonly message: string; readonly help: string } | undefined {
  const variable = protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  if (proxies[variable] === undefined || knowsProxies(version)) return undefined;
  return {
    message: `${variable} is set, and Node.js ${version} cannot go by a proxy.`,
    help: `Take Node.js 22.21 or newer, or 24.5 or newer. Where the host is reached without a proxy, unset ${variable}.`,
  };
}

/** Whether agents of a Node.js take `proxyEnv`. */
function knowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}
