/**
 * The gateway's keys, in a file that its owner alone may read. A key serves for some days; who fetched the one before has a day
 * more. What was sealed for a key that is gone can be read by nobody, so recorded requests outlive their secret by little.
 */
import { readFileSync, statSync } from 'node:fs'
import {
  decapsulateRequest,
  encapsulateRequest,
  encodeKeyConfigs,
  generateStoredKeyPair,
  type KeyPair,
  loadKeyPair,
  type StoredKeyPair,
} from '@tocsin/client/ohttp'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { OpeningKeys } from '../doors/ohttp/door.ts'
import { replaceFile } from '../storage/replace-file.ts'

/** The file in the data folder. */
export const OBLIVIOUS_KEYS_FILE = 'ohttp-keys.json'

const DAY_MS = 86_400_000

/** A key as it stands in the file; both keys in base64. */
interface StoredKey {
  /** 0 to 255. */
  readonly id: number
  readonly publicKey: string
  readonly privateKey: string
  readonly madeAt: Instant
}

interface LoadedKey {
  readonly stored: StoredKey
  readonly pair: KeyPair
}

/** When keys change. */
export interface KeyTimes {
  readonly clock: () => Instant
  /** Days that a key serves; 0 for ever. */
  readonly rotateDays: number
}

/** Opens the file, or makes it with a new key. @throws ProblemError `internal` where it is damaged: it is left as it is */
export async function openObliviousKeys(path: string, times: KeyTimes): Promise<OpeningKeys> {
  const isNew = statSync(path, { throwIfNoEntry: false }) === undefined
  const loaded = isNew ? [await makeKey(path, times.clock(), [])] : await readKeys(path)
  return new RotatingKeys(path, times, loaded)
}

/** See the module. */
class RotatingKeys implements OpeningKeys {
  readonly #path: string
  readonly #times: KeyTimes
  /** The present key, and the one before it. */
  #keys: readonly LoadedKey[]
  #rotation: Promise<void> | undefined

  constructor(path: string, times: KeyTimes, keys: readonly LoadedKey[]) {
    this.#path = path
    this.#times = times
    this.#keys = keys
  }

  /** The present key alone. Changes it first where its time has come; rejects where that cannot be written. */
  async published(): Promise<Uint8Array> {
    if (this.#isDue()) {
      this.#rotation ??= this.#rotate().finally(() => {
        this.#rotation = undefined
      })
      await this.#rotation
    }
    const { stored, pair } = this.#keys[0]!
    return encodeKeyConfigs([{ id: stored.id, publicKey: pair.publicKey }])
  }

  keyOf(id: number): KeyPair | undefined {
    const at = this.#keys.findIndex(({ stored }) => stored.id === id)
    const isPast = at > 0 && this.#times.clock() - this.#keys[0]!.stored.madeAt >= DAY_MS
    return isPast ? undefined : this.#keys[at]?.pair
  }

  #isDue(): boolean {
    const { clock, rotateDays } = this.#times
    const ageMs = clock() - this.#keys[0]!.stored.madeAt
    // Made tomorrow or later: by a clock that was wrong, and the key would serve as much longer.
    return rotateDays > 0 && (ageMs >= rotateDays * DAY_MS || ageMs <= -DAY_MS)
  }

  async #rotate(): Promise<void> {
    const before = this.#keys[0]!
    this.#keys = [await makeKey(this.#path, this.#times.clock(), [before.stored]), before]
  }
}

/** Makes a key and writes it with the ones that stay. */
async function makeKey(path: string, now: Instant, stay: readonly StoredKey[]): Promise<LoadedKey> {
  const made = await generateStoredKeyPair()
  const stored = {
    id: ((stay[0]?.id ?? 0) + 1) & 255,
    publicKey: Buffer.from(made.publicKey).toString('base64'),
    privateKey: Buffer.from(made.privateKey).toString('base64'),
    madeAt: now,
  }
  await replaceFile(path, `${JSON.stringify({ version: 1, keys: [stored, ...stay] }, null, 2)}\n`)
  return { stored, pair: await loadKeyPair(made) }
}

async function readKeys(path: string): Promise<readonly LoadedKey[]> {
  try {
    const { version, keys } = JSON.parse(readFileSync(path, 'utf8')) as { version: unknown; keys: readonly StoredKey[] }
    if (version !== 1 || keys.length < 1 || keys.length > 2)
      throw new Error('it must hold one key or two, of version 1')
    return await Promise.all(keys.map(wholeKey))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const message = `Cannot read the keys of the gateway in "${path}": ${why}; without the file, a new one is made`
    throw new ProblemError({ code: 'internal', message }, { cause: error })
  }
}

/** Halves that are not of one key would be published, and every request refused as if its key were old. */
async function wholeKey(stored: StoredKey): Promise<LoadedKey> {
  const pair = await loadKeyPair(pairOf(stored))
  const { bytes } = await encapsulateRequest({ id: stored.id, publicKey: pair.publicKey }, new Uint8Array())
  if ((await decapsulateRequest(() => pair, bytes)) !== undefined) return { stored, pair }
  throw new Error(`the halves of key ${stored.id} must belong together`)
}

function pairOf({ id, publicKey, privateKey, madeAt }: StoredKey): StoredKeyPair {
  const pair = { publicKey: Buffer.from(publicKey, 'base64'), privateKey: Buffer.from(privateKey, 'base64') }
  const isWhole = pair.publicKey.length === 32 && pair.privateKey.length === 32
  const isNumbered = Number.isInteger(id) && id >= 0 && id <= 255 && Number.isFinite(madeAt)
  if (isWhole && isNumbered) return pair
  throw new Error('a key must have an id of 0–255, a time, and 32 bytes of each half')
}
