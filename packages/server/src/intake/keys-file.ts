/**
 * The file of the keys: JSON, readable by its owner only, replaced as a whole. The new text is written aside, brought to
 * the disk and renamed, so that a crash leaves either the old file or the new one. A damaged file is never replaced:
 * an empty ring in its place would lock everyone out and look like order.
 */
import { readFile } from 'node:fs/promises'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { ROLES, type Role } from '@tocsin/core/wire'
import { replaceFile } from '../storage/replace-file.ts'

/** A key as everyone may know it: without its secret. */
export interface AccessKey {
  /** Unique in its ring. */
  readonly name: string
  readonly role: Role
  /** Who answers for it: keys of one organisation do not confirm each other. */
  readonly organisation: string
  /** 0 to 1. */
  readonly trust: number
  readonly createdAt: Instant
  /** Goes between the name and the zone of a DNS question. */
  readonly dnsLabel: string
}

/** A key with the hash of its token. */
export interface StoredKey extends AccessKey {
  /** 64 hex digits: SHA-256 of the token. */
  readonly hash: string
}

const VERSION = 1

/** The keys in a file; none where there is no file. Throws a {@link ProblemError} for one that cannot be read. */
export async function readKeyFile(path: string): Promise<readonly StoredKey[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw damaged(path, 'it cannot be read', error)
  }
  const keys = keysIn(path, text)
  const wrong = keys.findIndex(key => !isStoredKey(key))
  if (wrong >= 0) throw damaged(path, `key ${wrong + 1} of ${keys.length} is not whole`)
  const whole = keys as readonly StoredKey[]
  const names = new Set(whole.map(key => key.name))
  if (names.size < whole.length) throw damaged(path, 'two keys have the same name')
  return whole
}

/** Replaces the file; resolves when the new one is on the disk. */
export async function writeKeyFile(path: string, keys: readonly StoredKey[]): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ version: VERSION, keys }, undefined, 2)}\n`)
}

function keysIn(path: string, text: string): readonly unknown[] {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (error) {
    throw damaged(path, 'it must be JSON', error)
  }
  const { version, keys } = (file ?? {}) as { readonly version?: unknown; readonly keys?: unknown }
  if (version !== VERSION) throw damaged(path, `its version must be ${VERSION}, found ${JSON.stringify(version)}`)
  if (!Array.isArray(keys)) throw damaged(path, 'it must hold a list of keys')
  return keys
}

function isStoredKey(value: unknown): value is StoredKey {
  const key = (value ?? {}) as Partial<Record<keyof StoredKey, unknown>>
  return (
    typeof key.name === 'string' &&
    ROLES.some(role => role === key.role) &&
    typeof key.organisation === 'string' &&
    typeof key.trust === 'number' &&
    key.trust >= 0 &&
    key.trust <= 1 &&
    typeof key.createdAt === 'number' &&
    typeof key.dnsLabel === 'string' &&
    /^tk-[a-z2-7]{26}$/.test(key.dnsLabel) &&
    typeof key.hash === 'string' &&
    /^[0-9a-f]{64}$/.test(key.hash)
  )
}

function damaged(path: string, why: string, cause?: unknown): ProblemError {
  const message = `Cannot open key file "${path}": ${why}; mend it or restore it from a backup, it is left as it is`
  return new ProblemError({ code: 'internal', message }, { cause })
}
