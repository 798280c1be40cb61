/** Containers that only a scan opens, or that need a reader of our own: 7-Zip, xz and mails, under small limits. */
import { ProblemError } from '@tocsin/core/base'
import { Budget, UNPACK_LIMITS, type UnpackLimits } from '../../packages/server/src/formats/unpack/limits.ts'
import { mailMembers } from '../../packages/server/src/formats/unpack/mail.ts'
import type { UnpackedMember } from '../../packages/server/src/formats/unpack/member.ts'
import { inMemory } from '../../packages/server/src/formats/unpack/random-access.ts'
import { sevenMembers } from '../../packages/server/src/formats/unpack/seven.ts'
import { xzContent } from '../../packages/server/src/formats/unpack/xz.ts'
import { pieces } from './mutate.ts'
import { SEVEN_ZIPS, XZS } from './samples/packed.ts'
import { must, seedsOf, type Target } from './target.ts'

const LIMITS: UnpackLimits = {
  ...UNPACK_LIMITS,
  unpackedBytesMax: 2 ** 20,
  membersMax: 64,
  windowBytesMax: 2 ** 24,
}

const MAIL = `From: a@example.org\r
Content-Type: multipart/mixed; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
text\r
--b\r
Content-Type: application/zip; name="x"\r
Content-Transfer-Encoding: base64\r
\r
TVosIHNheXMgdGhlIGV4ZQ==\r
--b\r
Content-Disposition: attachment\r
Content-Transfer-Encoding: quoted-printable\r
\r
a=3Db=\r
c\r
--b\r
Content-Type: message/rfc822\r
\r
Subject: x\r
\r
y\r
--b--\r
`

/** The files of a 7-Zip: refused, or the same however often. */
export const SEVEN: Target = {
  name: '7z',
  seeds: SEVEN_ZIPS,
  async check(bytes) {
    const read = () =>
      outcomeOf(budget => sevenMembers('x.7z', inMemory(bytes), budget, count => budget.takePacked(count)))
    const once = await read()
    must((await read()) === once, () => 'another outcome the second time')
  },
}

/** The content of an xz: the same whole and in pieces. */
export const XZ: Target = {
  name: 'xz',
  seeds: XZS,
  async check(bytes, chance) {
    const read = (parts: readonly Buffer[]) =>
      outcomeOf(budget => {
        budget.takePacked(bytes.length)
        return one(xzContent('x.xz', streamOf(parts), budget))
      })
    const whole = await read([bytes])
    const parted = await read(pieces(bytes, chance))
    must(whole === parted, () => `whole: ${whole.slice(0, 500)}, in pieces: ${parted.slice(0, 500)}`)
  },
}

/** Attachments of mails and mailboxes: the same whole and in pieces. */
export const MAILS: Target = {
  name: 'mail',
  seeds: seedsOf([MAIL, `From a Mon\n${MAIL}\nFrom b Tue\n${MAIL}`, MAIL.replaceAll('\r', '')]),
  async check(bytes, chance) {
    const kind = bytes.subarray(0, 5).equals(Buffer.from('From ')) ? 'mbox' : 'mail'
    const read = (parts: readonly Buffer[]) =>
      outcomeOf(budget => {
        budget.takePacked(bytes.length)
        return mailMembers('a.eml', kind, streamOf(parts), budget)
      })
    const whole = await read([bytes])
    const parted = await read(pieces(bytes, chance))
    must(whole === parted, () => `whole: ${whole.slice(0, 500)}, in pieces: ${parted.slice(0, 500)}`)
  },
}

async function outcomeOf(open: (budget: Budget) => AsyncIterable<UnpackedMember>): Promise<string> {
  const found: string[] = []
  let total = 0
  try {
    for await (const { name, chunks } of open(new Budget('x', LIMITS))) {
      const content: Uint8Array[] = []
      for await (const chunk of chunks) {
        total += chunk.length
        content.push(chunk.slice())
      }
      found.push(`${name} ${Buffer.concat(content).toString('latin1')}`)
    }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'invalid') throw error
    // What came before depends on where the pieces end; that it was refused does not.
    return 'refused'
  } finally {
    must(total <= LIMITS.unpackedBytesMax, () => `${total} bytes unpacked`)
  }
  return JSON.stringify(found)
}

async function* one(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<UnpackedMember> {
  yield { name: 'x', chunks }
}

async function* streamOf(parts: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* parts
}
