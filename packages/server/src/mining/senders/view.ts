/** One sender as its sites see it now: what the judgments read. One view is filled again and again. */
import { CELLS, type Columns, FIELDS, Field, NEVER, SLOTS } from './columns.ts'
import { FAST_HALF_LIFE_HOURS, REJECTED_ORDINARY, SLOW_HALF_LIFE_HOURS, WEIGHTS } from './figures.ts'
import { breadthOf, NO_SITE } from './sites.ts'

/** Counts of one slot or sighting, by the order of `Field`. */
interface Counts {
  readonly messages: number
  readonly spam: number
  readonly trapped: number
  readonly complaints: number
  readonly authFailed: number
  readonly rejectedRecipients: number
}

/** Messages behind some counts: at least as many as any other of them says. */
export function volumeOf(counts: Counts): number {
  const { messages, spam, trapped, complaints, authFailed, rejectedRecipients } = counts
  return Math.max(messages, spam, trapped, complaints, authFailed, rejectedRecipients)
}

/** Bad messages among `volume`: what each sign counts, never more than there are. */
export function badOf(counts: Counts, volume: number): number {
  const rejected = Math.max(0, counts.rejectedRecipients - REJECTED_ORDINARY * volume)
  const bad =
    WEIGHTS.spam * counts.spam +
    WEIGHTS.trapped * counts.trapped +
    WEIGHTS.complaints * counts.complaints +
    WEIGHTS.authFailed * counts.authFailed +
    WEIGHTS.rejectedRecipients * rejected
  return Math.min(volume, bad)
}

/** What a sender is, slot by slot; only the first {@link SenderView.count} places count. */
export class SenderView {
  count = 0
  readonly site = new Uint32Array(SLOTS)
  /** Messages; each trap hit stands for `WEIGHTS.trapped` of them. */
  readonly volume = new Float64Array(SLOTS)
  readonly bad = new Float64Array(SLOTS)
  /** As counted, traps not weighted. */
  readonly messages = new Float64Array(SLOTS)
  readonly trapped = new Float64Array(SLOTS)
  /** What the history holds beside the present. */
  readonly oldVolume = new Float64Array(SLOTS)
  readonly oldBad = new Float64Array(SLOTS)
  /** Sums over the slots: messages, and four signs: authentication, recipients, spam, traps. */
  totalMessages = 0
  readonly signs = new Float64Array(4)
  /** Minutes since 1970, or `NEVER`. */
  firstSeen = NEVER
  /** About how many sites ever met it. */
  breadth = 0

  /** Takes a sender's columns as they are at an hour. */
  read(columns: Columns, sender: number, hour: number): this {
    const passed = Math.max(0, hour - (columns.hour[sender] as number))
    const fast = passed === 0 ? 1 : 2 ** (-passed / FAST_HALF_LIFE_HOURS)
    const slow = passed === 0 ? 1 : 2 ** (-passed / SLOW_HALF_LIFE_HOURS)
    this.count = 0
    this.totalMessages = 0
    this.signs.fill(0)
    this.firstSeen = columns.firstSeen[sender] as number
    this.breadth = breadthOf(columns.breadthLow[sender] as number, columns.breadthHigh[sender] as number)
    for (let slot = 0; slot < SLOTS; slot++) {
      const site = columns.sites[sender * SLOTS + slot] as number
      if (site !== NO_SITE) this.#take(columns.cells, sender * CELLS + slot * FIELDS, site, fast, slow)
    }
    return this
  }

  #take(cells: Float32Array, from: number, site: number, fast: number, slow: number): void {
    const at = (field: number) => cells[from + field] as number
    const counts = {
      messages: at(Field.messages) * fast,
      spam: at(Field.spam) * fast,
      trapped: at(Field.trapped) * fast,
      complaints: at(Field.complaints) * fast,
      authFailed: at(Field.authFailed) * fast,
      rejectedRecipients: at(Field.rejectedRecipients) * fast,
    }
    const messages = volumeOf(counts)
    const volume = messages + (WEIGHTS.trapped - 1) * counts.trapped
    const bad = badOf(counts, volume)
    const place = this.count++
    this.site[place] = site
    this.messages[place] = messages
    this.volume[place] = volume
    this.bad[place] = bad
    this.trapped[place] = counts.trapped
    const oldVolume = Math.max(0, at(Field.slowVolume) * slow - messages)
    this.oldVolume[place] = oldVolume
    this.oldBad[place] = Math.min(oldVolume, Math.max(0, at(Field.slowBad) * slow - bad))
    this.totalMessages += messages
    this.signs[0] = (this.signs[0] as number) + counts.authFailed
    this.signs[1] = (this.signs[1] as number) + counts.rejectedRecipients
    this.signs[2] = (this.signs[2] as number) + counts.spam
    this.signs[3] = (this.signs[3] as number) + counts.trapped
  }
}
