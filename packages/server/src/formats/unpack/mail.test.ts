import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { Budget, UNPACK_LIMITS, type UnpackLimits } from './limits.ts'
import { mailMembers } from './mail.ts'
import { mailOf } from './mail-magic.ts'

const EXE = Buffer.from('MZ, says the exe\0\xff', 'latin1')

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Attachments by their label, as text of one character a byte, or why there are none. */
async function attached(mail: string, limits: Partial<UnpackLimits> = {}, size = 1000) {
  const bytes = Buffer.from(mail, 'latin1')
  const budget = new Budget('a.eml', { ...UNPACK_LIMITS, ...limits })
  budget.takePacked(bytes.length)
  const found: Record<string, string> = {}
  const kind = mailOf(bytes.subarray(0, 512))
  assert.ok(kind)
  for await (const { name, chunks } of mailMembers('a.eml', kind, pieces(bytes, size), budget)) {
    found[name] = await buffer(chunks).then(
      content => content.toString('latin1'),
      (error: Error) => `! ${error.message}`,
    )
  }
  return found
}

const part = (header: string, body: string) => `--b\r\n${header}\r\n\r\n${body}\r\n`
const ZIP = 'Content-Type: application/zip; name="x"'
const multipart = (...parts: string[]) =>
  `From: a@example.org\r\nContent-Type: multipart/mixed;\r\n boundary="b"\r\n\r\nA preamble.\r\n${parts.join('')}--b--\r\n`
const exe = part(`${ZIP}\r\nContent-Transfer-Encoding: BASE64`, EXE.toString('base64'))

test('mails and mailboxes are known by their first lines, and other texts are none', () => {
  for (const head of [
    'From: a\r\nTo: b\r\n',
    'Received: from x\r\n by y\r\nDate: z\r\n',
    'Subject: x\n',
    'X-Mailer: x',
  ]) {
    assert.equal(mailOf(Buffer.from(head)), 'mail', head)
  }
  assert.equal(mailOf(Buffer.from('From a@example.org Mon\nReturn-Path: <>\n')), 'mbox')
  for (const head of [
    '',
    'To be',
    'From here\nto there\n',
    'Date: x\nno field\n',
    'Name: x\nTo: y\n',
    '{"a":1}',
    'MZ\x90',
  ]) {
    assert.equal(mailOf(Buffer.from(head)), undefined, head)
  }
})

test('attachments come decoded, however the mail is cut; its text does not', async () => {
  const quoted = part(
    'Content-Disposition: attachment\r\nContent-Transfer-Encoding: quoted-printable',
    'a=3D=\r\nb \r\n=4',
  )
  const text = part('Content-Type: text/html', '<p>')
  const plain = part('Content-Type: application/x-sh', 'one\r\ntwo\r\n')
  const mail = multipart(text, exe, quoted, plain)
  const wanted = {
    'attachment 1 (application/zip)': EXE.toString('latin1'),
    'attachment 2 (text/plain)': 'a=b\r\n=4',
    'attachment 3 (application/x-sh)': 'one\r\ntwo\r\n',
  }
  for (const size of [1, 7, 1000]) assert.deepEqual(await attached(mail, {}, size), wanted)
  assert.deepEqual(await attached(mail.replaceAll('\r\n', '\n')), {
    ...wanted,
    'attachment 2 (text/plain)': 'a=b\n=4',
    'attachment 3 (application/x-sh)': 'one\ntwo\n',
  })
})

test('a mail of one part is its attachment, and of text nothing', async () => {
  const head = `From: a\r\n${ZIP}\r\nContent-Transfer-Encoding: base64\r\n\r\n`
  assert.deepEqual(await attached(`${head}TVo=\r\n`), { 'attachment 1 (application/zip)': 'MZ' })
  assert.deepEqual(await attached('From: a\r\nTo: b\r\n\r\nText\r\n'), {})
})

test('base64 goes on behind padding, and passes over what is none of its letters', async () => {
  const mail = multipart(part(`${ZIP}\r\nContent-Transfer-Encoding: base64`, 'T V\r\no=\r\nQ!\xffUI=\r\nQw'))
  assert.deepEqual(await attached(mail), { 'attachment 1 (application/zip)': 'MZABC' })
})

test('multiparts lie in one another, and forgotten boundaries end what they lie in and are told', async () => {
  const inner = 'Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n'
  const closed = multipart(`--b\r\n${inner}${ZIP}\r\n\r\none\r\n--c--\r\nepilogue\r\n`, exe)
  assert.deepEqual(Object.values(await attached(closed)), ['one', EXE.toString('latin1')])
  const open = await attached(multipart(`--b\r\n${inner}${ZIP}\r\n\r\none\r\n`, exe))
  assert.deepEqual(Object.keys(open), ['attachment 1 (application/zip)', 'part', 'attachment 2 (application/zip)'])
  assert.equal(open['attachment 1 (application/zip)'], 'one')
  assert.match(open['part']!, /must end with its boundary, found that of another/)
  const cut = multipart(exe).replace('--b--\r\n', '')
  assert.match((await attached(cut))['part']!, /must end with its boundary, found the end/)
})

test('what cannot be decoded or is encrypted is told, and the rest is read', async () => {
  const odd = part(`${ZIP}\r\nContent-Transfer-Encoding: x-uuencode`, 'begin')
  const found = await attached(multipart(odd, exe))
  assert.match(found['attachment 1 (application/zip)']!, /must be one of RFC 2045, found "x-uuencode"/)
  assert.equal(found['attachment 2 (application/zip)'], EXE.toString('latin1'))
  const envelope = multipart(part('Content-Type: application/pkcs7-mime; smime-type=enveloped-data', 'x'))
  assert.match((await attached(envelope))['part (application/pkcs7-mime)']!, /it is encrypted/)
  assert.match(
    (await attached('From: a\r\nContent-Type: multipart/mixed\r\n\r\n--b\r\n'))['part (multipart/mixed)']!,
    /must name its boundary/,
  )
})

test('a mail within a mail says so, and mailboxes give the attachments of each', async () => {
  const forwarded = multipart(part('Content-Type: message/rfc822', 'odd: x\r\n\r\ny'))
  const budget = new Budget('a', UNPACK_LIMITS)
  const members = mailMembers('a', 'mail', pieces(Buffer.from(forwarded), 100), budget)
  const first = await members.next()
  assert.equal(first.done === true ? '' : first.value.kind, 'mail')
  const box = `From a Mon\r\n${multipart(exe)}\r\nFrom b Tue\r\nFrom: b\r\n\r\n>From here on\r\nFrom me to you\r\n\r\nFrom c Wed\r\n${multipart(exe)}`
  assert.deepEqual(Object.keys(await attached(box)), [
    'message 1!attachment 1 (application/zip)',
    'message 3!attachment 1 (application/zip)',
  ])
})

test('limits hold: nesting, header, parts, bytes and long lines', async () => {
  let nested = `${ZIP}\r\n\r\nx`
  for (let depth = 0; depth < 40; depth++)
    nested = `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${nested}\r\n--b${depth}--`
  assert.match(Object.values(await attached(`From: a\r\n${nested}`)).join(), /more than 20 multiparts deep/)
  await assert.rejects(attached(`From: a\r\n${'X-A: b\r\n'.repeat(40_000)}`), /header must have at most 262144 bytes/)
  await assert.rejects(
    attached(multipart(...Array.from({ length: 5 }, () => exe)), { membersMax: 3 }),
    /at most 3 entries/,
  )
  const long = multipart(part(ZIP, 'x'.repeat(300_000)))
  assert.equal((await attached(long))['attachment 1 (application/zip)']!.length, 300_000)
  assert.match(Object.values(await attached(long, { unpackedBytesMax: 1000 })).join(), /at most 1000 bytes/)
})
