/** What nobody answered, kept until the next scan, which asks it first. It stays on this machine, names and all. */
import { constants, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { brandPath } from './byte-path.ts'
import { writeBeside } from './cache-file.ts'
import type { Judgement } from './judging.ts'
import type { Finding, Place } from './outcome.ts'

const NAME = 'scan-unsure.json'

/** Questions that are kept: 30 MB. The scan told all of them. */
const QUESTIONS_MAX = 100_000

/** A place and the hash that stood there. */
export interface OpenQuestion extends Place {
  readonly sha256: string
}

/** What an earlier scan left open, until this scan meets the place or the hash is judged. */
export class EarlierQuestions {
  readonly all: readonly OpenQuestion[]
  readonly #own: WeakSet<OpenQuestion>
  readonly #open = new Map<string, OpenQuestion>()
  readonly #blocked: Finding[] = []

  constructor(questions: readonly OpenQuestion[]) {
    this.all = questions
    this.#own = new WeakSet(questions)
    for (const question of questions) this.#open.set(keyOf(question), question)
  }

  /** Whether a question is one of these, and not one of this scan's about the same place. */
  isOne(question: OpenQuestion): boolean {
    return this.#own.has(question)
  }

  /** This scan asks about the place itself: what stands there now counts. */
  met(place: Place): void {
    if (this.#open.size > 0) this.#open.delete(keyOf(place))
  }

  /** Takes the judgement of one of these. */
  judged(question: OpenQuestion, judgement: Judgement): void {
    if (judgement.is === 'unsure' || !this.#open.has(keyOf(question))) return
    if (judgement.is === 'blocked') this.#blocked.push({ ...question, judgement, isRemembered: true })
    else this.#open.delete(keyOf(question))
  }

  /** At the end: what is blocked at places that this scan did not meet, and what is open still. */
  outcome(): { readonly blocked: readonly Finding[]; readonly open: readonly OpenQuestion[] } {
    const blocked = this.#blocked.filter(finding => this.#open.has(keyOf(finding)))
    for (const finding of blocked) this.#open.delete(keyOf(finding))
    return { blocked, open: [...this.#open.values()] }
  }
}

function keyOf({ path, member }: Place): string {
  return member === undefined ? path : `${path}\0${member}`
}

/** The questions of a cache folder; none where there is no such file, or one that is not ours. */
export function loadQuestions(folder: string): readonly OpenQuestion[] {
  try {
    const flag = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    const found: unknown = JSON.parse(readFileSync(join(folder, NAME), { encoding: 'utf8', flag }))
    return Array.isArray(found) ? found.slice(0, QUESTIONS_MAX).flatMap(questionOf) : []
  } catch {
    // Whatever is wrong with it, a scan of the same files asks the same.
    return []
  }
}

/** Keeps these and no others. Throws what the system says. */
export function saveQuestions(folder: string, questions: readonly OpenQuestion[]): void {
  const path = join(folder, NAME)
  if (questions.length === 0) rmSync(path, { force: true })
  else writeBeside(path, [Buffer.from(JSON.stringify(questions.slice(0, QUESTIONS_MAX)))])
}

function questionOf(value: unknown): readonly OpenQuestion[] {
  if (typeof value !== 'object' || value === null) return []
  const { path, member, sha256 } = value as Readonly<Record<string, unknown>>
  if (typeof path !== 'string' || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return []
  return [{ path: brandPath(path), sha256, ...(typeof member === 'string' ? { member } : {}) }]
}
