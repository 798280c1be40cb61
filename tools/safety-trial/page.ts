/** The page about a trial, as Markdown. */
import { cell, markdown } from '../feeds-table/page.ts'
import { TRIAL_FEEDS } from './feeds.ts'
import type { Answers, Finding, Group, Trial } from './trial.ts'

/** Findings of a group that are named; the rest is counted. */
const NAMED_MAX = 60

const HEAD = `# With everything imported

Made by \`TOCSIN_TRIAL_DATA=FOLDER npm run trial:safety -- --write\`: a real node on an empty folder loads its starter set, imports every
list of what is bad (a source for each, with the organisation of its publisher), and is asked as a mail server would ask it, at level
medium. Pages and hosts are asked about, and never visited.
`

/** Each group of questions, by what is wrong in it. */
const QUESTIONS: readonly (readonly [what: string, group: (answers: Answers) => Group])[] = [
  ['popular domains that are blocked as a whole', ({ good }) => good.popular],
  ['domains of universities that are blocked', ({ good }) => good.universities],
  ['1.1.1.1, docs.google.com or the empty file (three hashes) that are blocked', ({ good }) => good.always],
  ['files of a distribution that are blocked', ({ good }) => good.files],
  ['listed pages on popular hosts that are not blocked', ({ pages }) => pages],
]

/** The whole page; `remarks` are what people make of it. */
export function pageOf(trial: Trial, remarks: string): string {
  const { alone, guarded } = trial
  const rows = QUESTIONS.map(([what, group]) => [what, ...countsOf(group(alone)), String(group(guarded).wrongCount)])
  const parts = [
    HEAD,
    markdown(['Asked', 'Questions', 'Wrong', 'Wrong, with a list of popular domains'], rows, 1),
    `${countOf(trial)} It took ${Math.round(trial.seconds)} s until all that is bad was in the book.`,
    remarks,
    ...QUESTIONS.map(([what, group]) => found(`Starter set alone: ${what}`, group(alone))),
    ...QUESTIONS.map(([what, group]) => found(`With a list of popular domains: ${what}`, group(guarded))),
    `## What was imported\n\n${importsOf(trial)}`,
  ]
  return `${parts
    .filter(part => part !== '')
    .map(part => part.trim())
    .join('\n\n')}\n`
}

/** One line for each group. */
export function summaryOf({ alone, guarded }: Trial): string {
  const line = ([what, group]: (typeof QUESTIONS)[number]) =>
    `${what}: ${group(alone).wrongCount} of ${group(alone).asked}; with a list of popular domains ${group(guarded).wrongCount}`
  return QUESTIONS.map(line).join('\n')
}

function countsOf({ asked, wrongCount }: Group): string[] {
  return [String(asked), String(wrongCount)]
}

function countOf({ imported, entries }: Trial): string {
  const lists = imported.reduce((sum, file) => sum + file.lists, 0)
  const accepted = imported.reduce((sum, file) => sum + file.accepted, 0)
  const held = Object.entries(entries).map(([type, count]) => `${count} ${type}`)
  return `${accepted} records of ${lists} lists in ${imported.length} files were accepted; the book then had ${held.join(', ')}.`
}

function found(title: string, { wrong, wrongCount }: Group): string {
  if (wrongCount === 0) return ''
  const rows = wrong.slice(0, NAMED_MAX).map(rowOf)
  const more = wrongCount > rows.length ? `\n\nand ${wrongCount - rows.length} more.` : ''
  const reasons = Map.groupBy(wrong, finding => `${finding.answer.reason}, ${finding.answer.verdict}`)
  const by = [...reasons].map(([reason, findings]) => `${findings.length} × ${reason}`).join('; ')
  return `## ${title}\n\n${by}.\n\n${markdown(['Subject', 'Score', 'Decided by', 'Because'], rows, 1, 2)}${more}`
}

function rowOf({ answer, explanation }: Finding): string[] {
  const { subject, score, matched } = answer
  const said = explanation.contributions.flatMap(({ kind, source, value }) =>
    kind === undefined ? [] : [`${kind} by ${source ?? 'nobody'} (${value > 0 ? '+' : ''}${value})`],
  )
  const own = said.length > 8 ? [...said.slice(0, 8), `and ${said.length - 8} more`] : said
  const because = own.length > 0 ? own.join('; ') : answer.reason
  return [
    `\`${cell(subject)}\``,
    String(score),
    matched === undefined ? 'itself' : `\`${cell(matched)}\``,
    cell(because),
  ]
}

function importsOf({ imported }: Trial): string {
  const rows = imported.map(({ path, organisation, kind, lists, accepted, refused, skipped }) => [
    path,
    organisation,
    kind,
    ...[lists, accepted, refused, skipped].map(String),
  ])
  const left = TRIAL_FEEDS.flatMap(({ path, without }) =>
    without === undefined ? [] : [`\`${path}\` without ${without}`],
  )
  const head = ['File', 'Organisation', 'Kind', 'Lists', 'Accepted', 'Refused', 'Skipped']
  return `${markdown(head, rows, 3)}\n\nOf archives: ${left.join('; ')}.`
}
