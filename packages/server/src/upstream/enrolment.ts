/**
 * How an edge gets its key: it makes one, writes it down, and has the upstream take it in for the secret of its token. The
 * public key in the token is pinned, so nothing that the upstream says is believed on first use.
 *
 * On the disk: `upstream-enrolment.json` with the hash of the token's secret and the key that was made for it, written
 * before anybody is asked; `upstream.key`, the key in force; and the pinned keys. Killed at any moment, the edge finds at its
 * next start the key that goes with its token, and asks again with the same one, which an upstream answers as the first time.
 * The key in force and the pinned keys stay what they are until an upstream has said yes: an edge that works and is given a
 * token that is worth nothing works on.
 *
 * A token that has brought the key in force is done with: an operator may leave it where it stands. The pinned keys may
 * have moved on since, for heads name their successors.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { encodeBase32, ProblemError, unwrap } from '@tocsin/core/base'
import { ENROLLED_ROLES, type EnrolmentToken, type WireKey, type WireRedemption } from '@tocsin/core/wire'
import { replaceFile, replaceFileNow } from '../storage/replace-file.ts'
import type { UpstreamServer } from './server.ts'
import { type TrustedKeys, trustedKey } from './trusted-keys.ts'

/** What an enrolment works with. */
export interface EnrolmentParts {
  readonly token: EnrolmentToken
  /** Where the key is kept that goes with the token. */
  readonly path: string
  /** Where the key in force is kept: a line, readable by its owner only. */
  readonly keyPath: string
  readonly keys: TrustedKeys
  /** So many cryptographically random bytes. */
  readonly random: (length: number) => Uint8Array
  /** How many upstreams there are. */
  readonly upstreams: number
}

const VERSION = 1
const KEY = /^tocsin_[a-z2-7]{52}$/
const KEY_BYTES = 32

/** One token of one edge. */
export class UpstreamEnrolment {
  readonly #parts: EnrolmentParts
  readonly #key: string
  readonly #refusals = new Map<string, ProblemError>()
  #isDone: boolean

  /**
   * Reads what is on the disk, and makes the key where there is none for this token; it is durable on return.
   *
   * @throws ProblemError `invalid` where another upstream's key is pinned than the token's, `internal` where the file is
   *   damaged
   */
  constructor(parts: EnrolmentParts) {
    this.#parts = parts
    const secretHash = createHash('sha256').update(parts.token.secret).digest('hex')
    const made = readMade(parts.path)
    const isKnown = made?.secretHash === secretHash
    this.#isDone = isKnown && made.key === readKey(parts.keyPath)
    if (this.#isDone) {
      if (parts.keys.list().length === 0) this.#pin()
    } else this.#checkPinned()
    this.#key = isKnown ? made.key : `tocsin_${encodeBase32(parts.random(KEY_BYTES))}`
    if (isKnown) return
    replaceFileNow(parts.path, `${JSON.stringify({ version: VERSION, secretHash, key: this.#key }, null, 2)}\n`)
  }

  /** Whether the token has brought the key in force. */
  get isDone(): boolean {
    return this.#isDone
  }

  /** What the last one to refuse said, where every upstream has refused; `undefined` as long as one may still say yes. */
  get refusal(): ProblemError | undefined {
    return this.#refusals.size < this.#parts.upstreams ? undefined : [...this.#refusals.values()].at(-1)
  }

  /**
   * Enrols at an upstream; resolves when the key is in force, with whether it was this that brought it.
   *
   * @param server asked without a key
   * @throws ProblemError `unavailable` and the like where nobody answers, or something else than a node; else that of
   *   {@link refusal}
   */
  async at(server: Pick<UpstreamServer, 'url' | 'tell'>, signal: AbortSignal): Promise<boolean> {
    if (this.#isDone) return false
    const { token, keyPath } = this.#parts
    const redemption: WireRedemption = { secret: token.secret, key: this.#key }
    try {
      const answer = await server.tell('/v1/enrol', redemption, signal)
      if (!isTakenIn(answer)) throw strange(server.url)
    } catch (error) {
      throw this.#noted(server.url, error)
    }
    // The pin comes first: a key alone would be shown to whoever answers, and whoever answers would be believed.
    this.#pin()
    await replaceFile(keyPath, `${this.#key}\n`)
    this.#isDone = true
    return true
  }

  #pin(): void {
    const { keys, token } = this.#parts
    const key = publicKeyOf(token)
    if (!keys.list().some(({ publicKey }) => publicKey === key)) keys.pin(key)
  }

  #checkPinned(): void {
    const { keys, token } = this.#parts
    const { keyId, publicKey } = unwrap(trustedKey(publicKeyOf(token)))
    const pinned = keys.list()
    if (pinned.length === 0 || pinned.some(key => key.publicKey === publicKey)) return
    const ids = pinned.map(key => key.keyId).join(', ')
    const message = [
      `Cannot enrol: the token must be of the node that this data folder mirrors, whose heads are signed by ${ids};`,
      `its node signs by ${keyId}. For another node take an empty data folder; if it is the same node with a new signing`,
      'key, remove "upstream-keys.json" from this one',
    ].join(' ')
    throw new ProblemError({ code: 'invalid', message })
  }

  /** A refusal is remembered; silence may be followed by an answer. */
  #noted(url: string, error: unknown): unknown {
    if (!(error instanceof ProblemError) || !REFUSALS.has(error.problem.code)) {
      this.#refusals.delete(url)
      return error
    }
    const { code, message: said } = error.problem
    const way = 'ask its operator for a new token, made with "tocsin keys enrol"'
    const refusal = new ProblemError({ code, message: `Cannot enrol at "${url}": ${said}; ${way}` }, { cause: error })
    this.#refusals.set(url, refusal)
    return refusal
  }
}

/** A portal or a proxy says 200 as well; believed, it would leave an edge that takes itself for enrolled, for good. */
function isTakenIn(answer: unknown): boolean {
  const { name, role, dnsLabel } = (answer ?? {}) as Partial<Record<keyof WireKey, unknown>>
  const isEdge = ENROLLED_ROLES.some(known => known === role)
  return typeof name === 'string' && isEdge && typeof dnsLabel === 'string'
}

function strange(url: string): ProblemError {
  const message = `Cannot enrol at "${url}": the answer must be the key that was taken in, found something else; is this a Tocsin node?`
  return new ProblemError({ code: 'unavailable', message })
}

/** What an answer says that will be the same tomorrow. */
const REFUSALS: ReadonlySet<string> = new Set(['unauthorized', 'not-found', 'invalid'])

interface Made {
  /** 64 hex digits. */
  readonly secretHash: string
  readonly key: string
}

function readMade(path: string): Made | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  try {
    const { version, secretHash, key } = JSON.parse(text) as Readonly<Record<string, unknown>>
    const isKey = typeof key === 'string' && KEY.test(key)
    if (version === VERSION && isKey && typeof secretHash === 'string') return { secretHash, key }
  } catch {
    // Told below.
  }
  const message = `Cannot read the enrolment in "${path}": it must be as this program wrote it; remove it and enrol with a new token`
  throw new ProblemError({ code: 'internal', message })
}

function readKey(path: string): string | undefined {
  return readText(path)?.trim()
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function publicKeyOf({ publicKey }: EnrolmentToken): string {
  return Buffer.from(publicKey).toString('base64')
}
