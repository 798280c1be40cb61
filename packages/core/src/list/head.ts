/**
 * The signed head: the one thing that a replica takes on somebody's word. It says where a book is and what its state hashes
 * are; snapshots and deltas are measured by it and need no signature. What is signed is the text as it travels, byte by
 * byte, so that no two programs have to write JSON alike.
 *
 *     {"head": text, "keyId": 16 hex digits, "signature": base64 of Ed25519 over the UTF-8 bytes of the text}
 *
 * A replica refuses what is signed with another key than those it trusts, another book, an earlier place in the same book
 * (rollback, replay), another state at the same place, and what is past its time: who cuts it off from its upstream gains
 * an hour at most. A key is changed by naming the next one under the signature of the present one, for as long as the
 * operator says; then the next one signs.
 */
import { encodeUtf8, fail, ok, type Result } from '../base/index.ts'
import { SUBJECT_TYPES, type SubjectType } from '../subject/index.ts'

/** How long a head may be relied on after it was signed, in milliseconds. */
export const HEAD_VALID_MS = 3_600_000

/** Bytes of a head's text, at most. A real one has less than 1,000. */
const TEXT_MAX = 8192

/** A snapshot or delta by its file. */
export interface ListFileName {
  /** SHA-256 of the bytes in 64 hex digits, with `.snapshot` or `.delta`. */
  readonly name: string
  readonly bytes: number
}

/** What a head says. Times are milliseconds since 1970. */
export interface DistributedHead {
  readonly bookId: string
  readonly sequence: number
  readonly publishedAt: number
  /** After it the head says nothing any more. */
  readonly validUntil: number
  readonly entries: Readonly<Record<SubjectType, number>>
  /** 64 hex digits a type. */
  readonly stateHash: Readonly<Record<SubjectType, string>>
  /** The newest snapshot; `undefined` where there is none yet. */
  readonly snapshot: (ListFileName & { readonly sequence: number }) | undefined
  /** The public key, 32 bytes in base64, that signs after this one. */
  readonly nextKey: string | undefined
}

/** A head on its way. */
export interface SignedHead {
  readonly head: string
  /** The first 16 hex digits of SHA-256 of the public key: says which of several, and proves nothing. */
  readonly keyId: string
  /** Base64. */
  readonly signature: string
}

/** A public key that a replica trusts: pinned at enrolment, or named by a head that one before it has signed. */
export interface TrustedKey {
  readonly keyId: string
  /** 32 bytes in base64. */
  readonly publicKey: string
}

/** What a replica goes by. */
export interface HeadExpectation {
  readonly keys: readonly TrustedKey[]
  /** Where the replica is; `undefined` for a new one, and where the operator has said that the book is another now. */
  readonly last: Pick<DistributedHead, 'bookId' | 'sequence' | 'stateHash'> | undefined
  readonly now: number
  /** Ed25519: whether the signature is the key's. `publicKey` and `signature` are as they travel; never throws. */
  readonly verify: (key: {
    readonly publicKey: string
    readonly signature: string
    readonly text: Uint8Array
  }) => boolean
}

/** The text of a head, to be signed. */
export function headText({ publishedAt, validUntil, snapshot, nextKey, ...head }: DistributedHead): string {
  return JSON.stringify({
    bookId: head.bookId,
    sequence: head.sequence,
    publishedAt: new Date(publishedAt).toISOString(),
    validUntil: new Date(validUntil).toISOString(),
    entries: head.entries,
    stateHash: head.stateHash,
    snapshot: snapshot ?? null,
    ...(nextKey === undefined ? {} : { nextKey }),
  })
}

/** Reads a head's text; fails as `invalid`. Fields that this version does not know are left alone. */
export function parseHead(text: string): Result<DistributedHead> {
  const wrong = (why: string) => fail('invalid', `Cannot read the head: ${why}`)
  if (text.length > TEXT_MAX) return wrong(`it must have ${TEXT_MAX} characters at most, found ${text.length}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return wrong('it must be JSON')
  }
  if (!isRecord(value)) return wrong('it must be an object')
  const { bookId, sequence, snapshot, nextKey } = value
  const publishedAt = instantOf(value['publishedAt'])
  const validUntil = instantOf(value['validUntil'])
  const entries = eachType(value['entries'], isCount)
  const stateHash = eachType(value['stateHash'], isHash)
  if (typeof bookId !== 'string' || !/^[\x21-\x7e]{1,64}$/.test(bookId)) return wrong('it must have a bookId')
  if (!isCount(sequence)) return wrong('its sequence must be a whole number of 0 or more')
  if (publishedAt === undefined || validUntil === undefined) return wrong('it must have publishedAt and validUntil')
  if (entries === undefined) return wrong('its entries must be a number for each type')
  if (stateHash === undefined) return wrong('its stateHash must be 64 hex digits for each type')
  if (snapshot !== null && !isSnapshot(snapshot))
    return wrong('its snapshot must be null, or have name, sequence, bytes')
  if (nextKey !== undefined && !isPublicKey(nextKey)) return wrong('its nextKey must be 32 bytes in base64')
  return ok({
    bookId,
    sequence,
    publishedAt,
    validUntil,
    entries,
    stateHash,
    snapshot:
      snapshot === null ? undefined : { name: snapshot.name, sequence: snapshot.sequence, bytes: snapshot.bytes },
    nextKey,
  })
}

/**
 * The head of a signed one, if it is to be believed. Fails as
 *
 * - `invalid`: it has another form, is of another book, or tells another state at a place that the replica has seen;
 * - `unauthorized`: no trusted key has signed it;
 * - `stale`: it is past its time, or an earlier one than the last.
 */
export function verifyHead(signed: unknown, expected: HeadExpectation): Result<DistributedHead> {
  if (!isSigned(signed)) return fail('invalid', 'Cannot read the head: it must have head, keyId and signature')
  const text = signed.head.length > TEXT_MAX ? undefined : encodeUtf8(signed.head)
  if (text === undefined) return fail('invalid', `Cannot read the head: it must be text of ${TEXT_MAX} bytes at most`)
  const { signature, keyId } = signed
  const signer = expected.keys.find(key => expected.verify({ publicKey: key.publicKey, signature, text }))
  if (signer === undefined) {
    const trusted = expected.keys.map(key => key.keyId).join(' or ')
    const said = JSON.stringify(keyId.slice(0, 64))
    return fail(
      'unauthorized',
      `Cannot trust the head: its signature must be that of key ${trusted}, and is not; it names ${said}`,
    )
  }
  const parsed = parseHead(signed.head)
  return parsed.ok ? inTurn(parsed.value, expected) : parsed
}

function inTurn(head: DistributedHead, { last, now }: HeadExpectation): Result<DistributedHead> {
  if (now > head.validUntil) {
    const until = new Date(head.validUntil).toISOString()
    return fail('stale', `Cannot trust the head: it was valid until ${until}, and it is ${new Date(now).toISOString()}`)
  }
  if (last === undefined) return ok(head)
  if (head.bookId !== last.bookId) {
    const message = `Cannot follow the head: it is of book "${head.bookId}", this replica follows "${last.bookId}"`
    return fail('invalid', message)
  }
  if (head.sequence < last.sequence) {
    return fail('stale', `Cannot go back: the head is at ${head.sequence}, this replica at ${last.sequence}`)
  }
  const isOther = SUBJECT_TYPES.some(type => head.stateHash[type] !== last.stateHash[type])
  if (head.sequence === last.sequence && isOther) {
    return fail('invalid', `Cannot trust the head: it tells another state at ${head.sequence} than the one before`)
  }
  return ok(head)
}

function isSigned(value: unknown): value is SignedHead {
  if (!isRecord(value)) return false
  return [value['head'], value['keyId'], value['signature']].every(field => typeof field === 'string')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function isPublicKey(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(value)
}

function isSnapshot(value: unknown): value is ListFileName & { readonly sequence: number } {
  if (!isRecord(value)) return false
  const { name, sequence, bytes } = value
  return typeof name === 'string' && /^[0-9a-f]{64}\.snapshot$/.test(name) && isCount(sequence) && isCount(bytes)
}

/** RFC 3339 in UTC, as `toISOString` writes it. */
function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return undefined
  const time = Date.parse(value)
  return Number.isNaN(time) ? undefined : time
}

function eachType<T>(value: unknown, is: (each: unknown) => each is T): Record<SubjectType, T> | undefined {
  if (!isRecord(value)) return undefined
  const { ip, net, domain, url, file } = value
  if (!is(ip) || !is(net) || !is(domain) || !is(url) || !is(file)) return undefined
  return { ip, net, domain, url, file }
}
