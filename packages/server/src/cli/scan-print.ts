/** The report of a scan: what is not allowed, what was not looked at, and how much there was. */
import { base64Of, type Finding, isText, type Note, type Outcome, type Place, type Skip, shown } from '../scan/index.ts'
import { type Cell, paint, printJson, printLine, printTable } from './print.ts'
import type { Output, Surroundings } from './surroundings.ts'
import { verdictCell } from './verdict-cell.ts'

/** Rows of what nobody answered, and of each list of what was not looked at; JSON and SARIF have all. */
const ROWS_MAX = 20

const SKIP_WORDS: Readonly<Record<Skip, string>> = {
  link: 'links',
  special: 'devices, pipes and sockets',
  excluded: 'excluded',
  'too-large': 'too large',
  vanished: 'gone before they were read',
  kernel: 'file systems of the kernel',
  'other-file-system': 'on other file systems',
  'met-before': 'folders met before',
}

/** How a report is printed. */
export interface Printing {
  readonly seconds: number
  readonly json: boolean
  /** JSON as one line for each finding, and no totals. */
  readonly lines: boolean
}

/** Prints an outcome: a table for people, or JSON. */
export function printOutcome(world: Surroundings, outcome: Outcome, { seconds, json, lines }: Printing): void {
  if (json && lines) return printFindingLines(world.output, outcome.findings)
  if (json) return printJson(world.output, outcomeJson(outcome, seconds))
  printFindings(world.output, outcome.findings)
  printUnseen(world.errors, outcome)
  printTotals(world.output, outcome, seconds)
}

/** Findings as one JSON document a line. */
export function printFindingLines(output: Output, findings: readonly Finding[]): void {
  for (const finding of findings) output.write(`${JSON.stringify(findingJson(finding))}\n`)
}

/** Findings as a table. */
export function printFindings(output: Output, findings: readonly Finding[]): void {
  const blocked = findings.filter(({ judgement }) => judgement.is === 'blocked')
  const unsure = findings.filter(({ judgement }) => judgement.is === 'unsure')
  const rows = [...blocked, ...unsure.slice(0, ROWS_MAX)]
  if (rows.length === 0) return
  printTable(
    output,
    ['file', 'verdict', 'score', 'why'],
    rows.map(finding => rowOf(output, finding)),
  )
  if (unsure.length > ROWS_MAX)
    printLine(output, `… and ${count(unsure.length - ROWS_MAX)} more of which nothing is known`)
}

function rowOf(output: Output, finding: Finding): (Cell | string)[] {
  const { is, verdict, score, reason, matched } = finding.judgement
  const known: Cell = verdict === undefined ? { text: 'blocked', colour: 'red' } : verdictCell(output, verdict)
  const cell: Cell = is === 'unsure' ? { text: 'unsure', colour: 'yellow' } : { colour: 'red', ...known }
  const why = [reason.replaceAll('\n', '; '), ...(matched === undefined ? [] : [`by ${matched}`])]
  if (finding.isRemembered) why.push('met by an earlier scan')
  return [placeText(finding), cell, score === undefined ? '' : String(score), why.join(', ')]
}

/** What could not be looked at, a line each. */
export function printUnseen(output: Output, { failed, unopened, tooLarge, totals }: Outcome): void {
  printNotes(output, 'could not be read', failed, totals.failed)
  printNotes(output, 'could not be opened', unopened, totals.unopened)
  printNotes(output, 'left out', tooLarge, totals.skipped['too-large'])
}

function printNotes(output: Output, what: string, notes: readonly Note[], total: number): void {
  for (const note of notes.slice(0, ROWS_MAX)) printLine(output, `${what}: ${placeText(note)}: ${note.reason}`)
  if (total > ROWS_MAX) printLine(output, `${what}: … and ${count(total - ROWS_MAX)} more`)
}

function printTotals(output: Output, { totals }: Outcome, seconds: number): void {
  const { files, bytes, hashed, members, blocked, unsure, failed, unopened, skipped } = totals
  const within = members === 0 ? '' : ` and ${count(members)} in archives`
  const same = files === hashed ? '' : `, ${count(files - hashed)} as they were at an earlier scan`
  const all = `${count(files)} ${files === 1 ? 'file' : 'files'}`
  printLine(output, `${all} (${sizeText(bytes)})${within} in ${seconds.toFixed(1)} s${same}`)
  const left = [
    ...(failed === 0 ? [] : [`${count(failed)} could not be read`]),
    ...(unopened === 0 ? [] : [`archives or parts of them that could not be opened: ${count(unopened)}`]),
    ...Object.entries(SKIP_WORDS).flatMap(([skip, words]) => {
      const number = skipped[skip as Skip]
      return number === 0 ? [] : [`${count(number)} ${words}`]
    }),
  ]
  if (left.length > 0) printLine(output, `Not looked at: ${left.join(', ')}`)
  const colour = blocked > 0 ? 'red' : failed + unsure > 0 ? 'yellow' : 'green'
  output.write(`${paint(output, { text: `${count(blocked)} blocked, ${count(unsure)} unsure`, colour })}\n`)
}

/** An outcome for programs. */
export function outcomeJson({ findings, failed, unopened, tooLarge, warnings, totals }: Outcome, seconds: number) {
  return {
    findings: findings.map(findingJson),
    failed: failed.map(noteJson),
    unopened: unopened.map(noteJson),
    tooLarge: tooLarge.map(noteJson),
    warnings,
    totals: { ...totals, seconds },
  }
}

function findingJson(finding: Finding) {
  const { sha256, judgement, isRemembered } = finding
  const { is, reason, verdict, score, matched } = judgement
  return {
    ...placeJson(finding),
    sha256,
    result: is,
    reason,
    ...(verdict === undefined ? {} : { verdict }),
    ...(score === undefined ? {} : { score }),
    ...(matched === undefined ? {} : { matched }),
    ...(isRemembered === undefined ? {} : { metByEarlierScan: true }),
  }
}

function noteJson(note: Note) {
  return { ...placeJson(note), reason: note.reason }
}

/** A path that is no text is told twice: readable, and by its bytes. */
function placeJson({ path, member }: Place) {
  return {
    path: shown(path),
    ...(isText(path) ? {} : { pathBase64: base64Of(path) }),
    ...(member === undefined ? {} : { member }),
  }
}

/** As `/srv/a.zip!b/c.exe`. */
export function placeText({ path, member }: Place): string {
  return member === undefined ? shown(path) : `${shown(path)}!${member}`
}

/** Bytes as people say them: `1.5 GiB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${power === 0 ? bytes : (bytes / 2 ** (10 * power)).toFixed(1)} ${units[power]}`
}

/** With separators. Without the tables of `toLocaleString`, which take longer to load than many a scan. */
export function count(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}
