/**
 * Enrolments: what an edge may come for, once, with the secret of its token. All of it is judgment on the file of the keys:
 * it takes one state of the file and gives the next.
 *
 * Keys and enrolments are one file, so redeeming is one replacement of it: the enrolment goes and the key comes, or nothing
 * has happened. There is no order of two writes to get wrong, and no crash between them. The edge has made its key and
 * written it down before it asks, so whatever is lost after that, it asks again with the same secret and the same key:
 *
 *     killed before the cloud has written    the enrolment is open still, and the question is like the first
 *     killed, or the answer lost, after      the key remembers the hash of the secret that it came by: the same answer again
 *     the same secret with another key       the enrolment is gone, and that other key remembers nothing: refused
 *     the key was revoked meanwhile          it is gone with what it remembered, and so is the enrolment: refused, for good
 *
 * Whoever is refused is told one sentence, whatever the reason: a secret of 160 bits is not guessed, and whoever found an
 * old one learns nothing from us about whose it was.
 */
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import {
  ENROLLED_ROLES,
  ENROLMENT_SECONDS,
  ENROLMENT_SECONDS_MAX,
  ENROLMENT_SECONDS_MIN,
  type EnrolledRole,
} from '@tocsin/core/wire'
import { dnsLabelOf, hashOf } from './key-token.ts'
import type { Enrolment, KeyFile, StoredEnrolment, StoredKey } from './keys-file.ts'
import { type NewKey, wholeKey } from './new-key.ts'

/** What an enrolment is made of. */
export interface NewEnrolment extends NewKey {
  readonly role: EnrolledRole
  /** For how long its token is good; {@link ENROLMENT_SECONDS} if absent. */
  readonly expiresInSeconds?: number
}

/** What an edge shows. */
export interface Redemption {
  /** Of its token. */
  readonly secret: string
  /** The token of the access key that it has made for itself. */
  readonly key: string
}

/** Open enrolments, at most: each change writes all of them. */
const OPEN_MAX = 1000

const OPEN = 'Cannot make enrolment'

/**
 * The file with one more enrolment, and without those that have expired.
 *
 * @param keyId of the public key that the token tells
 * @throws ProblemError `invalid` for a name that is taken, and for what no key or no enrolment can be
 */
export function withEnrolment(
  file: KeyFile,
  wanted: NewEnrolment,
  { secret, keyId, now }: { readonly secret: string; readonly keyId: string; readonly now: Instant },
): { readonly file: KeyFile; readonly enrolment: Enrolment } {
  const whole = wholeKey('make enrolment', wanted)
  const { name, role, expiresInSeconds = ENROLMENT_SECONDS } = wanted
  const refuse = (why: string) => new ProblemError({ code: 'invalid', message: `${OPEN} "${name}": ${why}` })
  if (!ENROLLED_ROLES.includes(role)) {
    throw refuse(`its role must be one of ${ENROLLED_ROLES.join(', ')}, found "${role as string}"`)
  }
  const isTime = Number.isSafeInteger(expiresInSeconds) && expiresInSeconds >= ENROLMENT_SECONDS_MIN
  if (!isTime || expiresInSeconds > ENROLMENT_SECONDS_MAX) {
    const bounds = `${ENROLMENT_SECONDS_MIN} to ${ENROLMENT_SECONDS_MAX}`
    throw refuse(`it must be good for ${bounds} seconds, found ${expiresInSeconds}`)
  }
  const open = openEnrolments(file, now)
  if (isTaken(file, name, now))
    throw refuse('the name is taken; revoke the key or cancel the enrolment of this name first')
  if (open.length >= OPEN_MAX) throw refuse(`${OPEN_MAX} are open already; cancel some first`)
  const enrolment = { ...whole, role, createdAt: now, expiresAt: now + expiresInSeconds * 1000 }
  const stored: StoredEnrolment = { ...enrolment, hash: hashOf(secret), keyId }
  return { file: { ...file, enrolments: [...open, stored] }, enrolment }
}

/**
 * The key that a secret brings, and the file with it; the same file where it was brought before.
 *
 * @param keyId of the key that signs now: a token that tells another one would leave its edge with nothing to believe
 * @throws ProblemError `unauthorized` for every other secret
 */
export function redeemed(
  file: KeyFile,
  { secret, key: token }: Redemption,
  { keyId, now }: { readonly keyId: string; readonly now: Instant },
): { readonly file: KeyFile; readonly key: StoredKey } {
  const [secretHash, hash] = [hashOf(secret), hashOf(token)]
  const known = file.keys.find(key => key.hash === hash)
  if (known !== undefined) {
    if (known.enrolledBy === secretHash) return { file, key: known }
    throw closed()
  }
  const enrolment = openEnrolments(file, now).find(each => each.hash === secretHash)
  if (enrolment === undefined || enrolment.keyId !== keyId) throw closed()
  const { name, role, organisation, trust } = enrolment
  // A clock that was set back may open again what had expired, and whose name was given since.
  if (file.keys.some(key => key.name === name)) throw closed()
  const key = { name, role, organisation, trust, createdAt: now, dnsLabel: dnsLabelOf(token), hash }
  const enrolled: StoredKey = { ...key, enrolledBy: secretHash }
  const enrolments = file.enrolments.filter(each => each.hash !== secretHash)
  return { file: { keys: [...file.keys, enrolled], enrolments }, key: enrolled }
}

/** The enrolments that may be redeemed now. */
export function openEnrolments(file: KeyFile, now: Instant): readonly StoredEnrolment[] {
  return file.enrolments.filter(({ expiresAt }) => now < expiresAt)
}

/** Whether a key or an open enrolment has a name. */
export function isTaken(file: KeyFile, name: string, now: Instant): boolean {
  return [...file.keys, ...openEnrolments(file, now)].some(each => each.name === name)
}

/** The one answer to all that is refused; at most 200 characters, which is what an edge shows of our words. */
function closed(): ProblemError {
  const why =
    'the token must be open here: it is unknown, expired, revoked, used by another edge, or from before a new signing key'
  return new ProblemError({ code: 'unauthorized', message: `Cannot enrol: ${why}` })
}
