/** Header fields of mails and their parts (RFC 5322, RFC 2045), as far as they say where attachments are. */
import { cannotUnpack } from './limits.ts'
import { type Lines, textOf } from './lines.ts'

/** Bytes of one header; mails that went through many hands have 20,000. */
const HEADER_BYTES_MAX = 256 * 1024

/** What a part says of itself. */
export interface PartHeader {
  /** In lower case, as `application/zip`. */
  readonly type: string
  readonly boundary: string | undefined
  /** In lower case; `7bit` where nothing is said. */
  readonly encoding: string
  /** Whether it is shown as text, and not attached: plain or HTML, and without a name. */
  readonly isText: boolean
  readonly isEncrypted: boolean
}

/** Reads a header up to the empty line behind it. Rejects with `invalid` where it is too long. */
export async function readHeader(name: string, lines: Lines, defaultType: string): Promise<PartHeader> {
  const fields = new Map<string, string>()
  let last = ''
  let bytes = 0
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    const text = textOf(line)
    if (text === '' && line.isBegin) break
    bytes += line.bytes.length
    if (bytes > HEADER_BYTES_MAX) throw cannotUnpack(name, `its header must have at most ${HEADER_BYTES_MAX} bytes`)
    const named = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(text)
    // A line that is no field ends the header of careless mails; a boundary surely does.
    if (line.isBegin && text.startsWith('--') && named === null) {
      lines.giveBack(line)
      break
    }
    if (/^[ \t]/.test(text) || !line.isBegin) append(fields, last, text)
    else if (named !== null) {
      last = named[1]!.toLowerCase()
      // The first of several counts, as with most readers.
      if (fields.has(last)) last = ''
      else if (WANTED.has(last)) fields.set(last, named[2]!)
    }
  }
  return headerOf(fields, defaultType)
}

const WANTED = new Set(['content-type', 'content-transfer-encoding', 'content-disposition'])

function append(fields: Map<string, string>, name: string, text: string): void {
  const before = fields.get(name)
  if (before !== undefined) fields.set(name, before + text)
}

function headerOf(fields: ReadonlyMap<string, string>, defaultType: string): PartHeader {
  const content = fields.get('content-type') ?? ''
  const type = /^\s*([\w.+-]+\/[\w.+-]+)/.exec(content)?.[1]?.toLowerCase() ?? defaultType
  const disposition = fields.get('content-disposition') ?? ''
  const isNamed =
    /^\s*attachment/i.test(disposition) || /;\s*(?:file)?name\*?\d*\*?\s*=/i.test(`${disposition};${content}`)
  return {
    type,
    boundary: type.startsWith('multipart/') ? boundaryOf(content) : undefined,
    encoding: /[^\s;]+/.exec(fields.get('content-transfer-encoding') ?? '')?.[0].toLowerCase() ?? '7bit',
    isText: (type === 'text/plain' || type === 'text/html') && !isNamed,
    isEncrypted: type === 'multipart/encrypted' || (isEnvelope(type) && !/signed-data|certs-only/i.test(content)),
  }
}

function isEnvelope(type: string): boolean {
  return type === 'application/pkcs7-mime' || type === 'application/x-pkcs7-mime'
}

/** The parameter, in quotes or not, or in the pieces of RFC 2231 §3. */
function boundaryOf(content: string): string | undefined {
  const found = [...content.matchAll(/;\s*boundary(?:\*\d+)?\*?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/gi)]
  const whole = found.map(([, quoted, plain]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '').join('')
  return whole === '' ? undefined : whole.trimEnd()
}
