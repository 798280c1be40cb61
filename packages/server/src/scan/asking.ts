/** Gathers hashes into batches and asks for them while the scan goes on. */
import type { Judge, Judgement } from './judging.ts'
import { ASK_MAX, ASKING_MAX } from './limits.ts'
import type { Place } from './outcome.ts'

/** A hash and where it stands. */
export interface Question extends Place {
  readonly sha256: string
}

/** How answers come back. */
export interface AskingPort {
  readonly judged: (question: Question, judgement: Judgement) => void
  /** Fewer batches are on their way than before. */
  readonly eased: () => void
}

/** Asks in batches; a failure is met again at {@link Asking.finish}. */
export class Asking {
  readonly #judge: Judge
  readonly #port: AskingPort
  #batch: Question[] = []
  #waiting = 0
  #last: Promise<void> = Promise.resolve()
  #failed: { readonly error: unknown } | undefined

  constructor(judge: Judge, port: AskingPort) {
    this.#judge = judge
    this.#port = port
  }

  /** Whether more may come: answers are not too far behind. */
  get mayTake(): boolean {
    return this.#waiting < ASKING_MAX
  }

  /** Asks for a hash, with others. Throws what an earlier question failed with. */
  take(question: Question): void {
    this.#throwIfFailed()
    this.#batch.push(question)
    if (this.#batch.length === ASK_MAX) this.#send()
  }

  /** Asks for what is left and resolves when all is answered. Rejects with what one of the questions failed with. */
  async finish(): Promise<void> {
    if (this.#batch.length > 0) this.#send()
    await this.#last
    this.#throwIfFailed()
  }

  #throwIfFailed(): void {
    if (this.#failed !== undefined) throw this.#failed.error
  }

  /** One batch at a time is with the node: it answers a thousand in less time than we hash them. */
  #send(): void {
    const batch = this.#batch
    this.#batch = []
    this.#waiting++
    this.#last = this.#last.then(async () => {
      try {
        if (this.#failed === undefined) await this.#ask(batch)
      } catch (error) {
        this.#failed ??= { error }
      }
      this.#waiting--
      this.#port.eased()
    })
  }

  async #ask(batch: readonly Question[]): Promise<void> {
    // Copies of one file are one question.
    const hashes = [...new Set(batch.map(({ sha256 }) => sha256))]
    const judgements = await this.#judge.judge(hashes)
    const byHash = new Map(hashes.map((hash, at) => [hash, judgements[at]!]))
    for (const question of batch) this.#port.judged(question, byHash.get(question.sha256)!)
  }
}
