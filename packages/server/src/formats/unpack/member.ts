/** A file that came out of an input: the input itself where it was no archive. */
export interface UnpackedMember {
  /** As the archive says, or the input's own, without `.gz` and the like; a label, and no path. */
  readonly name: string
  /** May be read once, and before the next member is asked for. Rejects where the member is damaged or breaks off. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** What it is whatever its first bytes say; absent as a rule. */
  readonly kind?: 'mail'
  /** Whether the name is the file's own; absent as a rule, `false` for a label of ours, which says nothing of what is in it. */
  readonly isNamed?: false
}
