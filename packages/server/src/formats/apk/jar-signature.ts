/**
 * Who signed by scheme v1: a PKCS #7 `SignedData` (RFC 2315) beside the manifest of the JAR. Read as far as it takes to
 * find the certificate of the signer; what is not DER with definite lengths is refused.
 */
import { cannotRead } from './little-endian.ts'

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const CONTEXT_0 = 0xa0

/** Parts of one element, at most. */
const PARTS_MAX = 64

/** An element: its tag, its content, and all of it. */
interface Element {
  readonly tag: number
  readonly content: Uint8Array
  readonly whole: Uint8Array
}

/** The certificates (DER) of those who signed, each of which must be in the file. Throws `invalid` for anything else. */
export function certificatesInJar(bytes: Uint8Array): Uint8Array[] {
  const contentInfo = parts(only(bytes, SEQUENCE))
  const signedData = parts(only(part(contentInfo, 1, CONTEXT_0).content, SEQUENCE))
  const certificates = signedData.find(({ tag }) => tag === CONTEXT_0)
  const signers = signedData.findLast(({ tag }) => tag === SET)
  if (certificates === undefined || signers === undefined || signers === signedData[1]) {
    throw cannotRead('its v1 signature must hold certificates and signers, and does not')
  }
  const known = new Map(parts(certificates.content).map(({ whole }) => [ownName(whole), whole]))
  return parts(signers.content).map(signer => {
    const [issuer, serial] = parts(part(parts(signer.content), 1, SEQUENCE).content)
    const certificate = known.get(nameOf(issuer, serial))
    if (certificate === undefined)
      throw cannotRead('its v1 signature must hold the certificate of each signer, and does not')
    return certificate
  })
}

/** Issuer and serial number, by which a signer names a certificate. */
function ownName(certificate: Uint8Array): string {
  const fields = parts(part(parts(only(certificate, SEQUENCE)), 0, SEQUENCE).content)
  const serial = fields.findIndex(({ tag }) => tag === INTEGER)
  return nameOf(fields[serial + 2], fields[serial])
}

function nameOf(issuer: Element | undefined, serial: Element | undefined): string {
  if (issuer?.tag !== SEQUENCE || serial?.tag !== INTEGER)
    throw cannotRead('a certificate must have issuer and serial number, and has not')
  return `${Buffer.from(issuer.whole).toString('hex')} ${Buffer.from(serial.content).toString('hex')}`
}

/** The content of the one element that these bytes are. */
function only(bytes: Uint8Array, tag: number): Uint8Array {
  return part(parts(bytes), 0, tag).content
}

function part(elements: readonly Element[], at: number, tag: number): Element {
  const element = elements[at]
  if (element?.tag !== tag)
    throw cannotRead(`its v1 signature must have tag ${tag} in place ${at}, found ${element?.tag ?? 'nothing'}`)
  return element
}

/** The elements that lie one behind the other in these bytes. */
function parts(bytes: Uint8Array): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    if (elements.length === PARTS_MAX)
      throw cannotRead(`its v1 signature must have at most ${PARTS_MAX} parts in one, found more`)
    const { begin, length } = extent(bytes, at)
    if (begin + length > bytes.length) throw cannotRead('a length in its v1 signature must be within it, and is beyond')
    const content = bytes.subarray(begin, begin + length)
    elements.push({ tag: bytes[at]!, content, whole: bytes.subarray(at, begin + length) })
    at = begin + length
  }
  return elements
}

/** Where the content of an element begins, and how long it is: short, or in one to four bytes (X.690 §8.1.3). */
function extent(bytes: Uint8Array, at: number): { readonly begin: number; readonly length: number } {
  const first = bytes[at + 1] ?? 0x80
  if (first < 0x80) return { begin: at + 2, length: first }
  const count = first & 0x7f
  if (count === 0 || count > 4)
    throw cannotRead('a length in its v1 signature must have one to four bytes, and has not')
  let length = 0
  for (let index = 0; index < count; index++)
    length = length * 256 + (bytes[at + 2 + index] ?? Number.POSITIVE_INFINITY)
  return { begin: at + 2 + count, length }
}
