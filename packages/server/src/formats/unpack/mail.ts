/**
 * Mails (RFC 5322, MIME: RFC 2045 to 2047) and mailboxes of them (mbox, RFC 4155): what is attached, as it streams by. It is our
 * own because what is kept well on npm holds whole mails, and a scan meets mailboxes of gigabytes.
 *
 * Readers differ in what they make of crooked mails, and senders of bad ones know it. Where they differ, this one takes what most
 * take; what cannot be told apart is refused, and so told.
 */
import { type Budget, cannotUnpack } from './limits.ts'
import { type Line, Lines, textOf } from './lines.ts'
import { bodyDecoder } from './mail-encoding.ts'
import { type PartHeader, readHeader } from './mail-header.ts'
import type { MailKind } from './mail-magic.ts'
import type { UnpackedMember } from './member.ts'

/** Multiparts in one another; more than five were never met in good faith. */
const NESTED_MAX = 20

/**
 * What is attached to a mail: parts other than its text, as `attachment 2 (application/zip)`, counted from 1; of a mailbox,
 * `message 5!attachment 1 (…)`. A mail within a mail is a member whose `kind` says so. Names that senders give do not appear.
 * Rejects with `invalid` where a mail is too crooked, cut off or beyond the budget; a part does where it cannot be decoded.
 */
export async function* mailMembers(
  name: string,
  kind: MailKind,
  input: AsyncIterable<Uint8Array>,
  budget: Budget,
): AsyncGenerator<UnpackedMember, void> {
  const lines = new Lines(input)
  try {
    if (kind === 'mail') return yield* new Mail(name, lines, budget, '').members()
    // Each begins with its line "From ".
    for (let number = 1; (await lines.next()) !== undefined; number++) {
      yield* new Mail(name, lines, budget, `message ${number}!`).members()
    }
  } finally {
    await lines.close()
  }
}

/** Where a body stopped. */
interface Stop {
  /** The level whose boundary it was; −1 for the next mail of a mailbox, or the end. */
  readonly level: number
  /** Whether the boundary was the last of its level. */
  readonly isLast: boolean
}

const END: Stop = { level: -1, isLast: true }

class Mail {
  readonly #name: string
  readonly #lines: Lines
  readonly #budget: Budget
  readonly #prefix: string
  /** Boundaries with their two dashes, the outermost first. */
  readonly #boundaries: string[] = []
  #attachments = 0
  #isAfterEmpty = false

  /** @param prefix of what its attachments are called; not empty for a mail of a mailbox */
  constructor(name: string, lines: Lines, budget: Budget, prefix: string) {
    this.#name = name
    this.#lines = lines
    this.#budget = budget
    this.#prefix = prefix
  }

  async *members(): AsyncGenerator<UnpackedMember, void> {
    yield* this.#entity('text/plain')
  }

  async *#entity(defaultType: string): AsyncGenerator<UnpackedMember, Stop> {
    const header = await readHeader(this.#name, this.#lines, defaultType)
    this.#isAfterEmpty = true
    if (header.isEncrypted) yield this.#refused(header, 'it is encrypted')
    if (!header.type.startsWith('multipart/')) return yield* this.#leaf(header)
    if (header.boundary !== undefined && this.#boundaries.length < NESTED_MAX) {
      return yield* this.#parts(header.boundary, header.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain')
    }
    const why = header.boundary === undefined ? 'it must name its boundary' : `more than ${NESTED_MAX} multiparts deep`
    yield this.#refused(header, why)
    return await this.#skip()
  }

  async *#parts(boundary: string, defaultType: string): AsyncGenerator<UnpackedMember, Stop> {
    const level = this.#boundaries.push(`--${boundary}`) - 1
    let stop = await this.#skip()
    while (stop.level === level && !stop.isLast) stop = yield* this.#entity(defaultType)
    this.#boundaries.length = level
    if (stop.level === level) return await this.#skip()
    // Without its last boundary, nobody knows whether all of it is there.
    const why = `a multipart must end with its boundary, found ${stop === END ? 'the end' : 'that of another'}`
    yield failing(`${this.#prefix}part`, cannotUnpack(this.#name, why))
    return stop
  }

  /** A part of one content. */
  async *#leaf(header: PartHeader): AsyncGenerator<UnpackedMember, Stop> {
    if (header.isText) return await this.#skip()
    let stop: Stop | undefined
    const body = this.#body(header, found => {
      stop = found
    })
    this.#budget.takeMembers(1)
    const name = `${this.#prefix}attachment ${++this.#attachments} (${header.type.slice(0, 100)})`
    const isMail = header.type === 'message/rfc822' || header.type === 'message/global'
    yield { name, isNamed: false, chunks: body, ...(isMail ? { kind: 'mail' as const } : {}) }
    return stop ?? (await this.#skip())
  }

  async *#body({ encoding }: PartHeader, onStop: (stop: Stop) => void): AsyncGenerator<Uint8Array, void> {
    const decoder = bodyDecoder(this.#name, encoding)
    for (;;) {
      const line = this.#lines.ready() ?? (await this.#lines.next())
      const stop = this.#stopAt(line)
      if (stop !== undefined) {
        onStop(stop)
        const last = decoder.end()
        if (last.length > 0) yield this.#counted(last)
        return
      }
      const bytes = decoder.take(line!)
      if (bytes !== undefined && bytes.length > 0) yield this.#counted(bytes)
    }
  }

  #counted(bytes: Buffer): Buffer {
    this.#budget.takeUnpacked(bytes.length)
    return bytes
  }

  /** Passes over a body, or what is before or behind the parts of a multipart. */
  async #skip(): Promise<Stop> {
    for (;;) {
      const stop = this.#stopAt(this.#lines.ready() ?? (await this.#lines.next()))
      if (stop !== undefined) return stop
    }
  }

  /** Whether a line ends the body: a boundary of any level, for senders forget the inner ones, or the next mail. */
  #stopAt(line: Line | undefined): Stop | undefined {
    if (line === undefined) return END
    const { bytes, isBegin } = line
    const isAfterEmpty = this.#isAfterEmpty
    this.#isAfterEmpty = isBegin && bytes.length <= 2 && (bytes[0] === 10 || bytes[0] === 13)
    if (!isBegin) return undefined
    if (bytes[0] === 0x2d && bytes[1] === 0x2d) return this.#boundaryAt(textOf(line).trimEnd())
    if (this.#prefix === '' || !isAfterEmpty || bytes.toString('latin1', 0, 5) !== 'From ') return undefined
    this.#lines.giveBack(line)
    return END
  }

  #boundaryAt(text: string): Stop | undefined {
    for (let level = this.#boundaries.length - 1; level >= 0; level--) {
      const boundary = this.#boundaries[level]!
      if (text === boundary) return { level, isLast: false }
      if (text.startsWith(`${boundary}--`)) return { level, isLast: true }
    }
    return undefined
  }

  #refused({ type }: PartHeader, why: string): UnpackedMember {
    return failing(`${this.#prefix}part (${type.slice(0, 100)})`, cannotUnpack(this.#name, why))
  }
}

/** Something that is not opened, and says why when it is read. */
function failing(name: string, error: Error): UnpackedMember {
  return {
    name,
    chunks: { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) },
  }
}
