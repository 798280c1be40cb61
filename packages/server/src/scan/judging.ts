/** What to think of a hash: by a node, or by a list without one. */
import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '@tocsin/core/base'
import type { Level, Verdict } from '@tocsin/core/verdict'
import type { WireAnswer, WireUnparsed } from '@tocsin/core/wire'
import type { Refusals } from './hash-lines.ts'
import { findInList, type HashList, readHashList } from './hash-list.ts'

/** What a file's hash comes to. `unsure` is no kind of `allowed`: nobody answered, or not for now. */
export interface Judgement {
  readonly is: 'allowed' | 'blocked' | 'unsure'
  readonly reason: string
  /** Absent where nothing fresh is known, and with a list. */
  readonly verdict?: Verdict
  /** 0 to 100. */
  readonly score?: number
  /** The entry that decided, where it is another name of the file. */
  readonly matched?: string
}

/** Judges SHA-256 hashes, in hexadecimal, in the order asked, 1,000 at most. Rejects for what is not worth going on with. */
export interface Judge {
  judge(hashes: readonly string[]): Promise<readonly Judgement[]>
}

/** Asks for subjects in canonical text; hashes are all that is ever said, never a name. */
export type Ask = (subjects: readonly string[]) => Promise<readonly (WireAnswer | WireUnparsed)[]>

/** How a {@link NodeJudge} differs from one by the node's own policy. */
export interface NodeJudgeOptions {
  /** From which verdict on a file is blocked; the node's own policy, where absent. Site lists hold all the same. */
  readonly level?: Level
  /** Waits; for tests. */
  readonly wait?: (milliseconds: number) => Promise<unknown>
}

/** Batches without an answer, one after the other, from which on nobody is asked any more: each may take seconds. */
const SILENT_MAX = 3

/** How often and how long to wait where the node says "later", in milliseconds; doubled each time. */
const LIMITED_TRIES = 5
const LIMITED_MS = 500

/** Asks a node. Where it does not answer, what was asked is `unsure`. */
export class NodeJudge implements Judge {
  readonly #ask: Ask
  readonly #options: NodeJudgeOptions
  #silent = 0
  #silence = ''

  constructor(ask: Ask, options: NodeJudgeOptions = {}) {
    this.#ask = ask
    this.#options = options
  }

  async judge(hashes: readonly string[]): Promise<readonly Judgement[]> {
    if (this.#silent >= SILENT_MAX) return hashes.map(() => unsure(this.#silence))
    try {
      const answers = await this.#patiently(hashes.map(hash => `file:${hash}`))
      this.#silent = 0
      // Loaded here: a scan by a list has no use for it.
      const { isBlockedAt } = await import('@tocsin/core/verdict')
      const { level } = this.#options
      const isBlocked = ({ action, verdict }: WireAnswer) =>
        level === undefined ? action === 'block' : isBlockedAt(verdict, level)
      return hashes.map((_, at) => judgementOf(answers[at], isBlocked))
    } catch (error) {
      if (!(error instanceof ProblemError) || !['unavailable', 'stale', 'limited'].includes(error.problem.code))
        throw error
      this.#silent++
      this.#silence = error.message
      return hashes.map(() => unsure(error.message))
    }
  }

  async #patiently(subjects: readonly string[]): ReturnType<Ask> {
    const { wait = sleep } = this.#options
    for (let tries = 1, pause = LIMITED_MS; ; tries++, pause *= 2) {
      try {
        return await this.#ask(subjects)
      } catch (error) {
        const isLimited = error instanceof ProblemError && error.problem.code === 'limited'
        if (!isLimited || tries === LIMITED_TRIES) throw error
        await wait(pause)
      }
    }
  }
}

function judgementOf(
  answer: WireAnswer | WireUnparsed | undefined,
  isBlocked: (answer: WireAnswer) => boolean,
): Judgement {
  if (answer === undefined) return unsure('the node left it out of its answer')
  if ('error' in answer) return unsure(answer.error)
  const { ruling, state, verdict, score, reason, matched, ageSeconds } = answer
  const more = matched === undefined ? {} : { matched }
  if (ruling !== undefined) return { is: ruling === 'blocked' ? 'blocked' : 'allowed', reason, verdict, score, ...more }
  if (state === 'unavailable') return unsure(reason)
  if (state === 'stale') return unsure(`was ${verdict} ${ageSeconds} s ago: ${reason}`)
  return { is: isBlocked(answer) ? 'blocked' : 'allowed', reason, verdict, score, ...more }
}

/** Nobody is there to ask: all is unsure. */
export function silentJudge(why: string): Judge {
  return { judge: async hashes => hashes.map(() => unsure(why)) }
}

/** Whatever is on the list is blocked, and the rest is allowed: a list knows no more. */
export function listJudge(list: Pick<HashList, 'has'>, name: string): Judge {
  const listed: Judgement = { is: 'blocked', reason: `listed in ${name}` }
  const others: Judgement = { is: 'allowed', reason: `not in ${name}` }
  return { judge: async hashes => hashes.map(hash => (list.has(hash) ? listed : others)) }
}

/** How a list in a file is asked. */
export interface ListFileOptions {
  /** What it is called in reasons. */
  readonly name: string
  /** Whether few files are scanned, so that the list need not be held for them. */
  readonly isForFew: boolean
  /** Told once of lines that were left out. */
  readonly onRefused: (refusals: Refusals) => void
}

/**
 * A {@link listJudge} of a file, which is read here or, for few files, when their hashes are known; where more come after all, it
 * is read again. Rejects with `invalid` for what is no list.
 */
export async function listFileJudge(path: string, { name, isForFew, onRefused }: ListFileOptions): Promise<Judge> {
  let isRead = false
  const told = <R extends Refusals>(read: R): R => {
    if (!isRead && read.refused > 0) onRefused(read)
    isRead = true
    return read
  }
  const load = async () => listJudge(told(await readHashList(path)).list, name)
  // What is no file, as a pipe, cannot be read again.
  if (!isForFew || !isFile(path)) return await load()
  let whole: Judge | undefined
  return {
    async judge(hashes) {
      if (isRead) return await (whole ??= await load()).judge(hashes)
      return await listJudge(told(await findInList(path, hashes)).found, name).judge(hashes)
    },
  }
}

function unsure(reason: string): Judgement {
  return { is: 'unsure', reason }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
