// The inner side of a network namespace: brings its loopback interface up, carries bytes over the border, and runs one command.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BorderPlan, overlayIn, relay, socketFor } from './own-network.ts';

const plan = JSON.parse(process.argv[2] ?? '') as BorderPlan;
mustRun('ip', ['link', 'set', 'lo', 'up']);
if (plan.etc !== undefined) {
  const { upper, work } = overlayIn(plan.folder);
  mkdirSync(work, { recursive: true });
  mustRun('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=/etc,upperdir=${upper},workdir=${work}`, '/etc']);
}
// Programs that look for their user's home there, and not in HOME, would write into the host's.
const users = join(plan.folder, 'passwd');
writeFileSync(users, `root:x:0:0:root:${plan.folder}:/bin/sh\n`);
mustRun('mount', ['--bind', users, '/etc/passwd']);
for (const port of plan.published)
  await relay({ path: socketFor(plan.folder, 'in', port) }, { host: '127.0.0.1', port });
for (const port of plan.reachable)
  await relay({ host: '127.0.0.1', port }, { path: socketFor(plan.folder, 'out', port) });

const child = spawn(plan.command, plan.args, { stdio: 'inherit' });
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));
// The whole group is told to end; this side stays until the command has.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);

function mustRun(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}
