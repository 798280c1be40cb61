/** Bodies of mails to bytes (RFC 2045 §6). */
import { cannotUnpack } from './limits.ts'
import type { Line } from './lines.ts'

/** Characters that are turned in one go. */
const BATCH = 48 * 1024

/** Turns the lines of a body into bytes. Throws `invalid` for an encoding that is not read here. */
export interface BodyDecoder {
  /** Bytes that are ready, if any. */
  take(line: Line): Buffer | undefined
  /** What is left. */
  end(): Buffer
}

/** The decoder of an encoding by its name in lower case. */
export function bodyDecoder(name: string, encoding: string): BodyDecoder {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return new Plain()
    case 'base64':
      return new Base64()
    case 'quoted-printable':
      return new QuotedPrintable()
    default:
      throw cannotUnpack(name, `its encoding must be one of RFC 2045, found "${encoding.slice(0, 40)}"`)
  }
}

/** As it is; the last line's end belongs to the boundary behind it. */
class Plain implements BodyDecoder {
  #held: Buffer = Buffer.alloc(0)

  take({ bytes }: Line): Buffer {
    const before = this.#held
    const length = bytes.length - endLength(bytes)
    this.#held = bytes.subarray(length)
    return before.length === 0 ? bytes.subarray(0, length) : Buffer.concat([before, bytes.subarray(0, length)])
  }

  end(): Buffer {
    return Buffer.alloc(0)
  }
}

function endLength(bytes: Buffer): number {
  if (bytes.at(-1) !== 10) return 0
  return bytes.at(-2) === 13 ? 2 : 1
}

class Base64 implements BodyDecoder {
  #text = ''

  take({ bytes }: Line): Buffer | undefined {
    this.#text += bytes.toString('latin1').replaceAll(/[^A-Za-z0-9+/=]/g, '')
    return this.#text.length < BATCH ? undefined : this.#turn(false)
  }

  end(): Buffer {
    return this.#turn(true)
  }

  /** Behind padding, another stretch may follow: senders glue them together, and readers go on. */
  #turn(isLast: boolean): Buffer {
    const stretches = this.#text.split(/=+/)
    const open = stretches.pop()!
    const length = isLast ? open.length : open.length - (open.length % 4)
    this.#text = open.slice(length)
    return Buffer.concat([...stretches, open.slice(0, length)].map(text => Buffer.from(text, 'base64')))
  }
}

class QuotedPrintable implements BodyDecoder {
  #held: Buffer = Buffer.alloc(0)

  take({ bytes }: Line): Buffer {
    const end = endLength(bytes)
    let length = bytes.length - end
    // White space at the end of a line was added on the way.
    if (end > 0) while (bytes[length - 1] === 0x20 || bytes[length - 1] === 0x09) length--
    const isSoft = end > 0 && bytes[length - 1] === 0x3d
    if (isSoft) length--
    const text = turned(bytes.subarray(0, length))
    const before = this.#held
    this.#held = isSoft ? Buffer.alloc(0) : bytes.subarray(bytes.length - end)
    return before.length === 0 ? text : Buffer.concat([before, text])
  }

  end(): Buffer {
    return Buffer.alloc(0)
  }
}

/** `=` and two digits are a byte; anything else behind `=` stays as it is. */
function turned(bytes: Buffer): Buffer {
  if (!bytes.includes(0x3d)) return bytes
  const text = bytes
    .toString('latin1')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_: string, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(text, 'latin1')
}
