/**
 * The file of the keys, and of the enrolments that will bring some: JSON, readable by its owner only, replaced as a whole.
 * The new text is written aside, brought to the disk and renamed, so that a crash leaves either the old file or the new one.
 * A damaged file is never replaced: an empty ring in its place would lock everyone out and look like order.
 */
import { readFile } from 'node:fs/promises'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { ENROLLED_ROLES, type EnrolledRole, ROLES, type Role } from '@tocsin/core/wire'
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
  /** The hash of the secret that it was enrolled by; absent for a key that was made by hand. */
  readonly enrolledBy?: string
}

/** A key that an edge may come for, as everyone may know it. */
export interface Enrolment extends Omit<AccessKey, 'dnsLabel'> {
  /** As for a key: unique among keys and open enrolments. */
  readonly name: string
  readonly role: EnrolledRole
  /** From then on nobody may. */
  readonly expiresAt: Instant
}

/** An enrolment with the hash of its secret. */
export interface StoredEnrolment extends Enrolment {
  /** 64 hex digits: SHA-256 of the secret. */
  readonly hash: string
  /** 16 hex digits: of the public key that its token tells. */
  readonly keyId: string
}

/** What the file holds. */
export interface KeyFile {
  readonly keys: readonly StoredKey[]
  /** Those that have expired among them, until the next change. */
  readonly enrolments: readonly StoredEnrolment[]
}

const VERSION = 1

/** What a file holds; nothing where there is none. Throws a {@link ProblemError} for one that cannot be read. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { keys: [], enrolments: [] }
    throw damaged(path, 'it cannot be read', error)
  }
  const { keys, enrolments } = listsIn(path, text)
  checkWhole(path, 'key', keys, isStoredKey)
  checkWhole(path, 'enrolment', enrolments, isStoredEnrolment)
  return { keys, enrolments }
}

/** Replaces the file; resolves when the new one is on the disk. */
export async function writeKeyFile(path: string, { keys, enrolments }: KeyFile): Promise<void> {
  const open = enrolments.length === 0 ? {} : { enrolments }
  await replaceFile(path, `${JSON.stringify({ version: VERSION, keys, ...open }, undefined, 2)}\n`)
}

function listsIn(path: string, text: string): { readonly keys: unknown[]; readonly enrolments: unknown[] } {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (error) {
    throw damaged(path, 'it must be JSON', error)
  }
  const { version, keys, enrolments = [] } = (file ?? {}) as Readonly<Record<string, unknown>>
  if (version !== VERSION) throw damaged(path, `its version must be ${VERSION}, found ${JSON.stringify(version)}`)
  if (!Array.isArray(keys)) throw damaged(path, 'it must hold a list of keys')
  if (!Array.isArray(enrolments)) throw damaged(path, 'its enrolments must be a list')
  return { keys, enrolments }
}

function checkWhole<T extends { readonly name: string; readonly hash: string }>(
  path: string,
  what: string,
  items: readonly unknown[],
  isWhole: (item: unknown) => item is T,
): asserts items is readonly T[] {
  const wrong = items.findIndex(item => !isWhole(item))
  if (wrong >= 0) throw damaged(path, `${what} ${wrong + 1} of ${items.length} is not whole`)
  const whole = items as readonly T[]
  const names = new Set(whole.map(({ name }) => name))
  if (names.size < whole.length) throw damaged(path, `two ${what}s have the same name`)
}

function isStoredKey(value: unknown): value is StoredKey {
  const key = (value ?? {}) as Fields<StoredKey>
  return (
    isHeld(key) &&
    ROLES.some(role => role === key.role) &&
    typeof key.dnsLabel === 'string' &&
    /^tk-[a-z2-7]{26}$/.test(key.dnsLabel) &&
    (key.enrolledBy === undefined || isHash(key.enrolledBy))
  )
}

function isStoredEnrolment(value: unknown): value is StoredEnrolment {
  const enrolment = (value ?? {}) as Fields<StoredEnrolment>
  return (
    isHeld(enrolment) &&
    ENROLLED_ROLES.some(role => role === enrolment.role) &&
    typeof enrolment.expiresAt === 'number' &&
    typeof enrolment.keyId === 'string' &&
    /^[0-9a-f]{16}$/.test(enrolment.keyId)
  )
}

type Fields<T> = Partial<Record<keyof T, unknown>>

/** Whether what keys and enrolments both have is there. */
function isHeld({ name, organisation, trust, createdAt, hash }: Fields<StoredKey>): boolean {
  const isTrust = typeof trust === 'number' && trust >= 0 && trust <= 1
  return (
    typeof name === 'string' &&
    typeof organisation === 'string' &&
    isTrust &&
    typeof createdAt === 'number' &&
    isHash(hash)
  )
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function damaged(path: string, why: string, cause?: unknown): ProblemError {
  const message = `Cannot open key file "${path}": ${why}; mend it or restore it from a backup, it is left as it is`
  return new ProblemError({ code: 'internal', message }, { cause })
}
