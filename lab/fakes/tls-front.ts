// What stands before servers in companies: TLS by an authority of their own, and a proxy that alone leads there (CONNECT, RFC 9110).
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { mustRun } from '../commands.ts';

/** Files in PEM: of an authority, and of a server (for a name, and for 127.0.0.1) and a client that it vouches for. */
export interface Certificates {
  readonly authority: string;
  readonly server: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
}

/** @param name of the server. */
export async function makeCertificates(folder: string, name: string): Promise<Certificates> {
  const path = (file: string) => join(folder, file);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const authority = ['-keyout', path('authority.key'), '-out', path('authority.pem'), '-subj', '/CN=Authority'];
  await mustRun('openssl', ['req', '-x509', ...key, ...authority]);
  const issue = async (who: string, extension: string) => {
    const [certificate, ownKey] = [path(`${who}.pem`), path(`${who}.key`)];
    const by = ['-CA', path('authority.pem'), '-CAkey', path('authority.key')];
    const own = ['-keyout', ownKey, '-out', certificate, '-subj', `/CN=${who}`, '-addext', extension];
    await mustRun('openssl', ['req', '-x509', ...key, ...by, ...own]);
    return { certificate, key: ownKey };
  };
  const server = await issue('server', `subjectAltName=DNS:${name},IP:127.0.0.1`);
  return { authority: path('authority.pem'), server, client: await issue('client', 'extendedKeyUsage=clientAuth') };
}

export interface Front {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

async function started(server: Server): Promise<Front> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A connection that breaks on one side ends on the other. */
function pass(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.pipe(to);
  }
}

/** Takes TLS off before a server on loopback. @param asksClient whether clients must show a certificate of the authority. */
export function startTlsFront(port: number, { authority, server }: Certificates, asksClient = false): Promise<Front> {
  const [key, cert, ca] = [server.key, server.certificate, authority].map((path) => readFileSync(path));
  const options = { key, cert, ca, requestCert: asksClient, rejectUnauthorized: asksClient };
  return started(createTlsServer(options, (socket) => pass(socket, connect(port, '127.0.0.1'))));
}

export interface ForwardProxy extends Front {
  readonly url: string;
  /** What was asked for, the oldest first: `CONNECT name:port`, or `GET http://name/path`. */
  readonly asked: readonly string[];
}

/** @param ports of servers on loopback, by the names and ports (`name:443`) by which they are known here; others are not let through (403). */
export async function startForwardProxy(ports: Readonly<Record<string, number>>): Promise<ForwardProxy> {
  const asked: string[] = [];
  const server = createHttpServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { host, pathname, search } = new URL(incoming.url ?? '');
    const port = ports[host];
    if (port === undefined) return outgoing.writeHead(403).end();
    const { method, headers } = incoming;
    const sent = request({ host: '127.0.0.1', port, method, path: pathname + search, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    return incoming.pipe(sent);
  });
  server.on('connect', (incoming, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    const port = ports[incoming.url ?? ''];
    if (port === undefined) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const there = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection Established\r\n\r\n'));
    return pass(socket, there);
  });
  const front = await started(server);
  return { ...front, asked, url: `http://127.0.0.1:${front.port}` };
}
