// Counts tokens offline. gpt-tokenizer 4.0.0 is loaded on first use: its tables take most of a second.

/** How a model's tokens are counted: one of OpenAI's encodings, or four characters a token. */
export type Tokenizer = 'o200k' | 'cl100k' | 'estimate';

/**
 * A run of letters, or of white space, is cut at 500: gpt-tokenizer 4.0.0 takes time quadratic in the length of a run (200,000
 * times one letter: 74 s). A cut adds at most one token.
 */
const longRuns = /(\S{500}|\s{500})/u;

/** The tokens of a text. Text that looks like a control token (`<|endoftext|>`) counts as the text it is. */
export async function countTokens(text: string, tokenizer: Tokenizer): Promise<number> {
  if (tokenizer === 'estimate') return Math.ceil(text.length / 4);
  const { countTokens: count } =
    tokenizer === 'o200k'
      ? await import('gpt-tokenizer/encoding/o200k_base')
      : await import('gpt-tokenizer/encoding/cl100k_base');
  const allowAll = { disallowedSpecial: new Set<string>() };
  return piecesOf(text).reduce((sum, piece) => sum + count(piece, allowAll), 0);
}

function piecesOf(text: string): readonly string[] {
  return text.split(longRuns).filter((piece) => piece !== '');
}
