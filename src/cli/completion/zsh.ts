import { type CommandWords, valueFlags } from './words.ts';

/** A zsh completion script, for a file `_aigw` on the fpath or for `source <(…)`. */
export function zshScript(commands: readonly CommandWords[]): string {
  const inner = commands.filter(({ path }) => path !== '');
  return `#compdef aigw
# zsh completion for aigw; load it with: source <(aigw completion zsh)
_aigw() {
  local command='' i
  local -a items
  for ((i = 2; i < CURRENT; i++)); do
    case "$words[i]" in
      (${valueFlags(commands).join('|')}) i=$((i + 1)); continue ;;
    esac
    case "$command $words[i]" in
${inner.map(({ path }) => `      ('${path.includes(' ') ? path : ` ${path}`}') command='${path}' ;;`).join('\n')}
    esac
  done
  case "$command $words[CURRENT-1]" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
${commands.map(wordCase).join('\n')}
  esac
  (( $#items )) && _describe 'aigw' items
  [[ $PREFIX == -* ]] || _files
}
if [[ $funcstack[1] == _aigw ]]; then _aigw "$@"; else compdef _aigw aigw; fi
`;
}

function valueCases({ path, flags }: CommandWords): readonly string[] {
  return flags.flatMap(({ spellings, value }) => {
    if (value === 'none') return [];
    const reply = value === 'file' ? '_files' : `compadd -- ${value.join(' ')}`;
    return [`    (${spellings.map((spelling) => `'${path} ${spelling}'`).join('|')}) ${reply}; return ;;`];
  });
}

function wordCase({ path, flags, words }: CommandWords): string {
  const spellings = flags.map((flag) => item(flag.spellings[0] ?? '', flag.about));
  const own = words.map(({ text, about }) => item(text, about));
  return `    ('${path}') if [[ $PREFIX == -* ]]; then items=(${spellings.join(' ')}); else items=(${own.join(' ')}); fi ;;`;
}

/** A word and its meaning as \`_describe\` reads them, in single quotes. */
function item(text: string, about: string): string {
  const words = `${text.replaceAll(':', '\\:')}${about === '' ? '' : `:${about}`}`;
  return `'${words.replaceAll("'", "'\\''")}'`;
}
