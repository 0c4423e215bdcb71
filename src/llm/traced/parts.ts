/** An answer that arrives in pieces. Stage: llm. */

/** Puts an answer together from the pieces of a stream. */
export interface Parts {
  /** @throws for a piece that tells of an error. */
  add(piece: unknown): void
  /** What came until now, in the form of a whole answer. */
  answer(): unknown
  /** Whether the stream said why it ends. */
  isComplete(): boolean
}
