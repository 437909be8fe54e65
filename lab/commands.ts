// Commands that the lab runs to their end, or to this process's end if that comes first: a build goes on for nobody.
import { spawn } from 'node:child_process';
import { protect } from './wards.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** Beside this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; nothing unless given. */
  readonly input?: string;
}

export interface CommandResult {
  /** -1 where the command could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, whatever it answers. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const release = protect({ folders: [], groups: child.pid === undefined ? [] : [child.pid] });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    }
    // A command that ends before it has read everything closes the pipe; its exit code says how it went.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    const end = (result: CommandResult) => {
      release();
      resolve(result);
    };
    child.once('error', (error) => end({ code: -1, stdout: '', stderr: error.message }));
    child.once('close', (code) => end({ code: code ?? -1, ...texts }));
  });
}

/** Runs a command that must succeed, and gives what it printed; otherwise the error shows the end of its output. */
export async function mustRun(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} failed:\n${(stdout + stderr).slice(-4000)}`);
  return stdout;
}

/** Whether a command of this name can be run here. */
export async function isInstalled(command: string): Promise<boolean> {
  return (await run('sh', ['-c', 'command -v "$0"', command])).code === 0;
}
