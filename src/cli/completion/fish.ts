import type { CommandWords, Flag, Word } from './words.ts';

/** A fish completion script. */
export function fishScript(commands: readonly CommandWords[]): string {
  return `# fish completion for aigw; load it with: aigw completion fish | source
function __aigw_at --description 'whether the words so far lead to this command and no further'
  set -l command
  for word in (commandline -opc)[2..]
    if contains -- (string trim -- "$command $word") ${commands.map(({ path }) => quoted(path)).join(' ')}
      set command (string trim -- "$command $word")
    end
  end
  test "$command" = "$argv[1]"
end
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, flags, words }: CommandWords): readonly string[] {
  const at = `complete -c aigw -n ${quoted(`__aigw_at ${quoted(path)}`)}`;
  return [...words.map((word) => `${at} ${wordPart(word)}`), ...flags.map((flag) => `${at} ${flagPart(flag)}`)];
}

function wordPart({ text, about }: Word): string {
  return `-f -a ${quoted(text)}${about === '' ? '' : ` -d ${quoted(about)}`}`;
}

function flagPart({ spellings, about, value }: Flag): string {
  const names = spellings.map((spelling) =>
    spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling.slice(1)}`,
  );
  const values = { none: [], file: ['-r', '-F'] };
  const taken = typeof value === 'string' ? values[value] : ['-x', '-a', quoted(value.join(' '))];
  return [...names, ...taken, '-d', quoted(about)].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
