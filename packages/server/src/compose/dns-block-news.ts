/**
 * Tells the threads that answer DNS what the site has blocked: what changed and no more, at most so often and so much at a
 * time, because a thread that takes news answers nobody.
 */
import { unwrap } from '@tocsin/core/base'
import { parseSubject, subjectText } from '@tocsin/core/subject'
import type { Timers } from '../sources/feeds/timers.ts'
import { type BlocksChange, refuseTooMany } from './site-blocks.ts'

/** Milliseconds between two messages, and the most subjects in one: at 4 to 12 µs each some milliseconds of a thread. */
export const BLOCK_NEWS = { everyMs: 100, subjectsMax: 1000 } as const

/** See the module. Disposing of it ends the telling. */
export class BlockNews implements Disposable {
  readonly #timers: Timers
  readonly #tell: (change: BlocksChange) => void
  readonly #told = new Set<string>()
  /** Not told yet: of what was told, and beside it. */
  readonly #leaving = new Set<string>()
  readonly #coming = new Set<string>()
  #pause: Disposable | undefined

  /** @param tell must not throw. */
  constructor(timers: Timers, tell: (change: BlocksChange) => void) {
    this.#timers = timers
    this.#tell = tell
  }

  /** All that was told until now: what a thread begins with. */
  known(): readonly string[] {
    return [...this.#told]
  }

  /** From now on these. Throws like {@link BlockNews.change}. */
  accept(subjects: readonly string[]): void {
    const wanted = this.#canonical(subjects)
    refuseTooMany(wanted.size)
    for (const text of [...this.#coming, ...this.#told]) if (!wanted.has(text)) this.#remove(text)
    for (const text of wanted) this.#add(text)
    this.#soon()
  }

  /**
   * Takes some out, then adds others. Pages are passed over: nobody asks about them by DNS. Throws a ProblemError of code
   * `invalid` for a text that is no subject and for more than `SITE_BLOCKS_MAX`, and changes nothing then.
   */
  change({ added, removed }: BlocksChange): void {
    const leaving = this.#canonical(removed)
    const coming = this.#canonical(added)
    let size = this.#told.size - this.#leaving.size + this.#coming.size
    for (const text of leaving) if (this.#has(text)) size--
    for (const text of coming) if (!this.#has(text) || leaving.has(text)) size++
    refuseTooMany(size)
    for (const text of leaving) this.#remove(text)
    for (const text of coming) this.#add(text)
    this.#soon()
  }

  [Symbol.dispose](): void {
    this.#leaving.clear()
    this.#coming.clear()
    this.#pause?.[Symbol.dispose]()
  }

  #has(text: string): boolean {
    return this.#coming.has(text) || (this.#told.has(text) && !this.#leaving.has(text))
  }

  /** What is known here is canonical already; parsing is what a long list costs. */
  #canonical(texts: readonly string[]): Set<string> {
    const asked = texts.filter(text => !text.startsWith('url:'))
    return new Set(asked.map(text => (this.#has(text) ? text : subjectText(unwrap(parseSubject(text))))))
  }

  #add(text: string): void {
    this.#leaving.delete(text)
    if (!this.#told.has(text)) this.#coming.add(text)
  }

  #remove(text: string): void {
    this.#coming.delete(text)
    if (this.#told.has(text)) this.#leaving.add(text)
  }

  /** Tells at once where nothing was told a moment ago. */
  #soon(): void {
    if (this.#pause !== undefined || this.#leaving.size + this.#coming.size === 0) return
    // What goes first makes room for what comes.
    const removed = take(this.#leaving, BLOCK_NEWS.subjectsMax)
    const added = take(this.#coming, BLOCK_NEWS.subjectsMax - removed.length)
    for (const text of removed) this.#told.delete(text)
    for (const text of added) this.#told.add(text)
    this.#pause = this.#timers.after(BLOCK_NEWS.everyMs, () => {
      this.#pause = undefined
      this.#soon()
    })
    this.#tell({ added, removed })
  }
}

function take(texts: Set<string>, count: number): string[] {
  const taken = texts.values().take(count).toArray()
  for (const text of taken) texts.delete(text)
  return taken
}
