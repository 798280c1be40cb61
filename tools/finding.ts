/** One thing that a check dislikes: where it is, what is wrong and why, and what to do instead. */
export interface Finding {
  /** Path in the repository, with forward slashes. */
  readonly file: string
  /** Line, from 1; absent where the whole file is meant. */
  readonly line?: number
  readonly message: string
  /** What to do instead, as a whole sentence. */
  readonly instead: string
}

/** A finding as a person, an editor and a terminal can read it: `file:line what and why` and the way out below. */
export function findingText(finding: Finding): string {
  const place = finding.line === undefined ? finding.file : `${finding.file}:${finding.line}`
  return `${place}  ${finding.message}\n    Instead: ${finding.instead}`
}

/** Prints the findings and one closing line, and answers the exit code: 0 if there were files to check and no findings. */
export function report(subject: string, filesChecked: number, findings: readonly Finding[]): 0 | 1 {
  const inOrder = findings.toSorted((a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0))
  for (const finding of inOrder) console.log(findingText(finding))
  console.log(`${subject}: ${filesChecked} files, ${findings.length} to mend`)
  return filesChecked > 0 && findings.length === 0 ? 0 : 1
}
