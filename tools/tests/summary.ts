import type { Outcome, Tally } from './tally.ts'

/** How a run ended: the closing report, whose last line is for machines, and the exit code. */
export interface Verdict {
  readonly text: string
  readonly exitCode: 0 | 1
}

/**
 * Sums up. Nothing run is a failure, never a success. With `requirePeers` a skipped test is a failed one.
 * The last line is `N passed, N failed`, and `, N skipped` after it where there are any.
 */
export function summary(tally: Tally, requirePeers: boolean): Verdict {
  const refused = requirePeers
    ? tally.skipped.map(skip => ({ ...skip, because: `skipped, but everything is required here: ${skip.because}` }))
    : []
  const failed = [...tally.failed, ...refused]
  const skipped = requirePeers ? [] : tally.skipped
  const nothing = tally.passed.length + failed.length === 0
  const lines = [
    ...failuresText(failed, tally.written),
    ...skippedText(skipped),
    ...(nothing ? ['', 'Cannot call this a success: no test ran.'] : []),
    '',
    `${tally.passed.length} passed, ${failed.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  ]
  return { text: lines.join('\n'), exitCode: nothing || failed.length > 0 ? 1 : 0 }
}

function failuresText(failed: readonly Outcome[], written: ReadonlyMap<string, string>): string[] {
  const tests = failed.flatMap(({ file, name, because }) => ['', `FAILED  ${file}  ${name}`, indented(because)])
  const files = [...new Set(failed.map(({ file }) => file))].filter(file => written.has(file))
  return [...tests, ...files.flatMap(file => ['', `What ${file} wrote:`, indented(written.get(file) ?? '')])]
}

/** Skipped tests by what they need, so that one command can be copied. */
function skippedText(skipped: readonly Outcome[]): string[] {
  const groups = Map.groupBy(skipped, ({ because }) => because)
  const lines = [...groups].map(([because, tests]) => {
    const files = [...new Set(tests.map(({ file }) => file))].join(', ')
    return `    ${tests.length} ${because}  (${files})`
  })
  return lines.length === 0 ? [] : ['', 'Skipped:', ...lines]
}

function indented(text: string): string {
  const lines = text.trimEnd().split('\n')
  return lines.map(line => `    ${line}`).join('\n')
}
