/** What to think of a hash: by a node, or by a list without one. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '@tocsin/core/base'
import { isBlockedAt, type Level, type Verdict } from '@tocsin/core/verdict'
import type { WireAnswer, WireUnparsed } from '@tocsin/core/wire'
import type { HashList } from './hash-list.ts'

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
      return hashes.map((_, at) => this.#judgement(answers[at]))
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

  #judgement(answer: WireAnswer | WireUnparsed | undefined): Judgement {
    if (answer === undefined) return unsure('the node left it out of its answer')
    if ('error' in answer) return unsure(answer.error)
    const { ruling, state, verdict, score, reason, matched, action, ageSeconds } = answer
    const more = matched === undefined ? {} : { matched }
    if (ruling !== undefined)
      return { is: ruling === 'blocked' ? 'blocked' : 'allowed', reason, verdict, score, ...more }
    if (state === 'unavailable') return unsure(reason)
    if (state === 'stale') return unsure(`was ${verdict} ${ageSeconds} s ago: ${reason}`)
    const { level } = this.#options
    const isBlocked = level === undefined ? action === 'block' : isBlockedAt(verdict, level)
    return { is: isBlocked ? 'blocked' : 'allowed', reason, verdict, score, ...more }
  }
}

/** Nobody is there to ask: all is unsure. */
export function silentJudge(why: string): Judge {
  return { judge: async hashes => hashes.map(() => unsure(why)) }
}

/** Whatever is on the list is blocked, and the rest is allowed: a list knows no more. */
export function listJudge(list: HashList, name: string): Judge {
  const listed: Judgement = { is: 'blocked', reason: `listed in ${name}` }
  const others: Judgement = { is: 'allowed', reason: `not in ${name}` }
  return { judge: async hashes => hashes.map(hash => (list.has(Buffer.from(hash, 'hex')) ? listed : others)) }
}

function unsure(reason: string): Judgement {
  return { is: 'unsure', reason }
}
