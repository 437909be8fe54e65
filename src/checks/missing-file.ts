import { examplePrompt } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const PROMPT = examplePrompt('version: "1"\nmessages: [{role: system, file: prompts/answer.txt}]');

const missingFile = defineDiagnostic<{ file: string; outside: boolean }>({
  code: 'AIGW2045',
  name: 'missing-file',
  severity: 'error',
  summary: 'A file is named that is not in the repo, or cannot be read.',
  message: ({ file, outside }) =>
    outside
      ? `${JSON.stringify(file)} does not lead into this repo; files are named by their path from the folder of aigw.yaml.`
      : `There is no file ${JSON.stringify(file)} that can be read as text, seen from the folder of aigw.yaml.`,
  help: ({ outside }) =>
    outside
      ? 'Put the file into the repo and write its path from the folder of aigw.yaml, with forward slashes and without "..".'
      : 'Correct the path, which begins at the folder of aigw.yaml, or add the file.',
  examples: {
    bad: PROMPT,
    good: { 'aigw.yaml': PROMPT, 'prompts/answer.txt': 'Answer in one sentence.\n' },
  },
});

export const check = defineCheck({
  kinds: [missingFile],
  byResource: true,
  run: ({ config }) => [
    ...config
      .all('Prompt')
      .flatMap((prompt) =>
        prompt.spec.messages.flatMap(({ file }, index) =>
          findingsOf(config, prompt, file, ['spec', 'messages', index, 'file']),
        ),
      ),
    ...config
      .all('Route')
      .flatMap((route) => [
        ...findingsOf(config, route, route.spec.request?.schema, ['spec', 'request', 'schema']),
        ...findingsOf(config, route, route.spec.response?.schema, ['spec', 'response', 'schema']),
      ]),
  ],
});

function findingsOf(
  config: ResolvedConfig,
  resource: Resource,
  file: string | undefined,
  path: Path,
): readonly Diagnostic[] {
  if (file === undefined) return [];
  const outside = leavesRepo(file);
  if (!outside && config.file(file) !== undefined) return [];
  return [raise(missingFile, { file, outside }, resource.placeOf(path))];
}

/** Absolute paths of any system, addresses, and paths that climb above the root. */
function leavesRepo(file: string): boolean {
  if (/^(?:[/\\~]|[A-Za-z][\w+.-]*:)/.test(file)) return true;
  let depth = 0;
  for (const step of file.split(/[/\\]/)) {
    if (step === '..') depth--;
    else if (step !== '.' && step !== '') depth++;
    if (depth < 0) return true;
  }
  return false;
}
