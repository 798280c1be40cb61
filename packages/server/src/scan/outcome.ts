/** What a scan comes to. */
import type { Verdict } from '@tocsin/core/verdict'
import type { BytePath } from './byte-path.ts'
import { SKIPS, type Skip } from './jobs.ts'
import type { Judgement } from './judging.ts'
import { NOTES_MAX } from './limits.ts'

/** Where something was found: a file, or a member of an archive. */
export interface Place {
  readonly path: BytePath
  /** The way within the archive, as `inner.zip!b/c.exe`. */
  readonly member?: string
}

/** A file, or a member of one, that is not allowed, or of which nothing is known. */
export interface Finding extends Place {
  readonly sha256: string
  readonly judgement: Judgement
  /** Met by an earlier scan, when nobody answered, and not by this one. */
  readonly isRemembered?: true
}

/** Something that was not looked at, and why. */
export interface Note extends Place {
  readonly reason: string
}

/** How much there was. */
export interface Totals {
  /** Files whose hash was judged, members of archives left out. */
  files: number
  folders: number
  /** Bytes of these files. */
  bytes: number
  /** How many of the files were hashed now; the others had not changed since they were. */
  hashed: number
  /** Members of archives whose hash was judged. */
  members: number
  allowed: number
  blocked: number
  unsure: number
  /** Files and folders that could not be read. */
  failed: number
  /** Archives, or parts of them, that could not be opened. */
  unopened: number
  readonly skipped: Record<Skip, number>
  /** Fresh verdicts; none with a list. */
  readonly verdicts: Partial<Record<Verdict, number>>
}

/** The result of a scan. */
export interface Outcome {
  readonly findings: readonly Finding[]
  /** What could not be read: at most 10,000, all are counted. */
  readonly failed: readonly Note[]
  /** What could not be looked into: at most 10,000. */
  readonly unopened: readonly Note[]
  /** What was larger than the limit: at most 10,000. */
  readonly tooLarge: readonly Note[]
  /** What is wrong with the scan itself: a cache that could not be used, a list with wrong lines. */
  readonly warnings: readonly string[]
  readonly totals: Totals
}

/** Collects an outcome. */
export class OutcomeBuilder {
  readonly findings: Finding[] = []
  readonly warnings: string[] = []
  readonly totals: Totals = {
    files: 0,
    folders: 0,
    bytes: 0,
    hashed: 0,
    members: 0,
    allowed: 0,
    blocked: 0,
    unsure: 0,
    failed: 0,
    unopened: 0,
    skipped: Object.fromEntries(SKIPS.map(skip => [skip, 0])) as Record<Skip, number>,
    verdicts: {},
  }
  readonly #failed: Note[] = []
  readonly #unopened: Note[] = []
  readonly #tooLarge: Note[] = []

  judged(finding: Finding): void {
    const { is, verdict } = finding.judgement
    this.totals[is]++
    if (verdict !== undefined) this.totals.verdicts[verdict] = (this.totals.verdicts[verdict] ?? 0) + 1
    if (is !== 'allowed') this.findings.push(finding)
  }

  skipped(skip: Skip, path: BytePath, sizeMax: number): void {
    this.totals.skipped[skip]++
    if (skip === 'too-large') keep(this.#tooLarge, { path, reason: `it is larger than ${sizeMax} bytes` })
  }

  failed(path: BytePath, reason: string): void {
    this.totals.failed++
    keep(this.#failed, { path, reason })
  }

  unopened(path: BytePath, member: string, reason: string): void {
    this.totals.unopened++
    keep(this.#unopened, { path, ...(member === '' ? {} : { member }), reason })
  }

  whole(): Outcome {
    const { findings, warnings, totals } = this
    findings.sort(byPlace)
    return { findings, warnings, totals, failed: this.#failed, unopened: this.#unopened, tooLarge: this.#tooLarge }
  }
}

function keep(notes: Note[], note: Note): void {
  if (notes.length < NOTES_MAX) notes.push(note)
}

/** Blocked before unsure, then by place: threads finish in any order. */
function byPlace(a: Finding, b: Finding): number {
  const rank = (finding: Finding) => (finding.judgement.is === 'blocked' ? 0 : 1)
  return rank(a) - rank(b) || compare(a.path, b.path) || compare(a.member ?? '', b.member ?? '')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
