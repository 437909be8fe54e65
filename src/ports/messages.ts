/** What a command says to a person while it works. It never reaches standard output, which the report has to itself. */
export interface Messages {
  /** Worth knowing; left out with --quiet. One sentence or more, without a line end. */
  readonly note: (text: string) => void;
  /** Always said. */
  readonly warn: (text: string) => void;
}
