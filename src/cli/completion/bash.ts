import { type CommandWords, type Flag, valueFlags } from './words.ts';

/** A bash completion script (bash 3.2 and newer). What is no word of aigw completes as a file. */
export function bashScript(commands: readonly CommandWords[]): string {
  const inner = commands.filter(({ path }) => path !== '');
  return `# bash completion for aigw; load it with: source <(aigw completion bash)
_aigw() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' i
  # bash splits --flag=value into three words
  if [[ $current == '=' ]]; then current=''; elif [[ $previous == '=' ]]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${valueFlags(commands).join('|')}) i=$((i + 1)); continue ;;
    esac
    case "$command \${COMP_WORDS[i]}" in
${inner.map(({ path }) => `      '${path.includes(' ') ? path : ` ${path}`}') command='${path}' ;;`).join('\n')}
    esac
  done
  case "$command $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
${commands.map(wordCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _aigw aigw
`;
}

function valueCases({ path, flags }: CommandWords): readonly string[] {
  return flags.flatMap(({ spellings, value }) => {
    if (value === 'none') return [];
    const reply = value === 'file' ? '' : `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$current")); `;
    return [`    ${spellings.map((spelling) => `'${path} ${spelling}'`).join('|')}) ${reply}return ;;`];
  });
}

function wordCase({ path, flags, words }: CommandWords): string {
  const spellings = flags.map(longest).join(' ');
  const own = words.map(({ text }) => text).join(' ');
  return `    '${path}') if [[ $current == -* ]]; then words='${spellings}'; else words='${own}'; fi ;;`;
}

function longest({ spellings }: Flag): string {
  return spellings[0] ?? '';
}
