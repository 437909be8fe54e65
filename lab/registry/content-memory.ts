// Makes the digest of a version in a process of its own, and tells how much memory that took at its highest.
import { readFileSync } from 'node:fs';
import { connectionTo } from '../../src/registries/mlflow/connection.ts';
import { mlflowRegistry } from '../../src/registries/mlflow/registry.ts';

const [url = '', name = '', number = ''] = process.argv.slice(2);
const registry = mlflowRegistry(connectionTo(url, {}));
const version = await registry.version(name, number);
if (version === undefined) throw new Error(`no version ${number} of ${name}`);
const { digest } = await registry.content(version);
// What getrusage() tells as the highest is, on Linux, the parent's where that had more.
const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
process.stdout.write(JSON.stringify({ digest, megabytes: Number(kilobytes) / 1024 }));
