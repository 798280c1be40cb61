/**
 * What an Android package says about itself: name, version, permissions, and whose certificate signs it. Pure: bytes in,
 * facts out; nothing is executed and nothing is written.
 *
 * Facts are claims. Neither the signatures nor the digests beneath them are verified here, so a certificate must never
 * speak *for* a file: anybody can put somebody else's in. It may speak against one, and groups what one signer made.
 */
import { createHash } from 'node:crypto'
import { fail, ok, ProblemError, type Result } from '@tocsin/core/base'
import { Budget, UNPACK_LIMITS, type UnpackLimits } from '../unpack/limits.ts'
import type { UnpackedMember } from '../unpack/member.ts'
import { inMemory } from '../unpack/random-access.ts'
import { zipMembers } from '../unpack/zip.ts'
import { certificatesInJar } from './jar-signature.ts'
import { cannotRead } from './little-endian.ts'
import { type ManifestFacts, readManifest } from './manifest.ts'
import { type BlockScheme, certificatesInBlock } from './signing-block.ts'

/** Bytes of a manifest, and of a v1 signature, at most. Real ones have some kilobytes. */
const MANIFEST_BYTES_MAX = 8 * 2 ** 20
const SIGNATURE_BYTES_MAX = 2 ** 18

/** Files with a v1 signature, at most. */
const SIGNATURES_MAX = 10

/** An app of today has up to 20,000 entries. */
const LIMITS: UnpackLimits = { ...UNPACK_LIMITS, membersMax: 65_535 }

const MANIFEST = 'AndroidManifest.xml'
const SIGNATURE = /^META-INF\/[^/]{1,200}\.(?:RSA|DSA|EC)$/i

/** See above. */
export interface ApkFacts extends ManifestFacts {
  readonly kind: 'apk'
  /** SHA-256 (64 hex digits) of the signers' certificates by the scheme that Android goes by, sorted; not verified. */
  readonly certificates: readonly string[]
  /** The schemes that it is signed by, the one that the certificates are of first; empty where it is not signed. */
  readonly schemes: readonly (BlockScheme | 'v1')[]
}

/** Reads an APK that is wholly in memory. Fails with `invalid` for what is none, is damaged, or breaks the bounds. */
export async function readApkFacts(bytes: Uint8Array): Promise<Result<ApkFacts>> {
  try {
    const { manifest, signatures } = await partsOf(bytes)
    const facts = readManifest(manifest)
    const signed: (readonly [BlockScheme | 'v1', readonly Uint8Array[]])[] = [...certificatesInBlock(bytes)]
    if (signatures.length > 0) signed.push(['v1', signatures.flatMap(certificatesInJar)])
    const certificates = new Set((signed[0]?.[1] ?? []).map(sha256Of))
    return ok({ kind: 'apk', ...facts, certificates: [...certificates].sort(), schemes: signed.map(([name]) => name) })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return fail(error.problem.code, error.message)
  }
}

interface Parts {
  readonly manifest: Uint8Array
  readonly signatures: readonly Uint8Array[]
}

async function partsOf(bytes: Uint8Array): Promise<Parts> {
  const budget = new Budget('APK', LIMITS)
  budget.takePacked(bytes.length)
  let manifest: Uint8Array | undefined
  const signatures: Uint8Array[] = []
  for await (const member of zipMembers('APK', inMemory(bytes), budget, () => undefined)) {
    if (member.name === MANIFEST) {
      // Which of two Android goes by has changed over time, and was used for disguise (CVE-2013-4787).
      if (manifest !== undefined) throw cannotRead(`it must have one ${MANIFEST}, found two`)
      manifest = await contentOf(member, MANIFEST_BYTES_MAX)
    } else if (SIGNATURE.test(member.name)) {
      if (signatures.length === SIGNATURES_MAX)
        throw cannotRead(`it must have at most ${SIGNATURES_MAX} v1 signatures, found more`)
      signatures.push(await contentOf(member, SIGNATURE_BYTES_MAX))
    }
  }
  if (manifest === undefined) throw cannotRead(`it must have an ${MANIFEST}, and has none`)
  return { manifest, signatures }
}

async function contentOf({ name, chunks }: UnpackedMember, most: number): Promise<Uint8Array> {
  const found: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > most) throw cannotRead(`"${name}" must have at most ${most} bytes, found more`)
    found.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(found)
}

function sha256Of(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('hex')
}
