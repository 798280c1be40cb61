/** Which names registries are asked about, and when again. */
import type { Instant } from '@tocsin/core/evidence'
import { DAY_MS, type DomainFacts, type RegistryState } from './facts.ts'
import type { Registries } from './registration.ts'
import type { WebStore } from './store.ts'

/** Names that wait, at most: more than a day's questions to one server would do. */
const WAITING_MAX = 10_000

/** Names looked at in one turn until one is found that is due. */
const LOOKED_AT = 20

/** After what time a name is asked about again. A name that was free may have been registered since. */
const AGAIN_MS: Readonly<Record<RegistryState, number>> = {
  known: 180 * DAY_MS,
  absent: DAY_MS,
  failed: DAY_MS / 4,
  unsupported: 30 * DAY_MS,
}

/** See above. One question at a time. */
export class RegistrationTurns implements Disposable {
  readonly #registries: Registries
  readonly #store: WebStore
  readonly #clock: () => Instant
  readonly #onFact: (domain: string) => void
  readonly #waiting = new Set<string>()
  readonly #stop = new AbortController()
  #asking: Promise<void> | undefined
  #asked = 0

  /** @param onFact told of each domain of which something new is known */
  constructor(registries: Registries, store: WebStore, clock: () => Instant, onFact: (domain: string) => void) {
    this.#registries = registries
    this.#store = store
    this.#clock = clock
    this.#onFact = onFact
  }

  /** Questions so far. */
  get asked(): number {
    return this.#asked
  }

  propose(domain: string): void {
    if (this.#waiting.size < WAITING_MAX) this.#waiting.add(domain)
  }

  /** Begins to ask about the next name that is due, unless a question is on its way. */
  turn(): void {
    if (this.#asking !== undefined || this.#stop.signal.aborted) return
    for (const domain of this.#waiting.values().take(LOOKED_AT)) {
      this.#waiting.delete(domain)
      const facts = this.#store.find(domain)
      if (facts === undefined || !isDue(facts, this.#clock())) continue
      // Where the file cannot be written the next slice says so; the answer is asked for again.
      this.#asking = this.#ask(domain)
        .catch(() => undefined)
        .finally(() => {
          this.#asking = undefined
        })
      return
    }
  }

  async idle(): Promise<void> {
    await this.#asking
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  async #ask(domain: string): Promise<void> {
    const answer = await this.#registries.ask(domain, this.#stop.signal)
    if (this.#stop.signal.aborted) return
    if (answer.state === 'later') return this.propose(domain)
    this.#asked++
    const { registeredAt, registrar } = answer.state === 'known' ? answer : {}
    this.#store.setRegistration(domain, answer.state, this.#clock(), registeredAt, registrar)
    if (answer.state === 'known') this.#onFact(domain)
  }
}

function isDue({ registryState, registryAskedAt }: DomainFacts, now: Instant): boolean {
  if (registryState === undefined || registryAskedAt === undefined) return true
  return now - registryAskedAt >= AGAIN_MS[registryState] || now < registryAskedAt
}
