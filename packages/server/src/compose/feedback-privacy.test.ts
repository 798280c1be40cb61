/** The promise of privacy, held against bytes: a real edge, an upstream that records, and names planted in every field. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { loadConfig } from '../config/index.ts'
import { exchangeUdp, wire } from '../doors/dns/client.fixture.ts'
import { silentLog } from '../ops/events.ts'
import { TYPE, writeQuery } from '../protocols/dns/index.ts'
import { change, startCloud } from '../upstream/world.fixture.ts'
import { startEdge } from './edge.ts'

/** Whatever names a person, a file, a machine or a message. None of it may leave in any form. */
const PLANTED = {
  user: 'janeroequarterly',
  password: 'hunter2swordfish',
  mail: 'jane.roe@payroll.acme',
  path: 'severance-letter-roe',
  query: 'patientnumber99812',
  fragment: 'diagnosisfragment',
  messageId: 'CAF9x7Qz@mx1.acme',
  group: 'mailbox-of-jane-roe',
  agent: 'RoeLaptopAgent',
  key: 'roe-desk-sensor',
  organisation: 'acme-payroll-dept',
  single: 'payrollserver',
  inside: 'hr-share-roe',
  own: 'vpn-roe',
  ownNet: '203.0.113.77',
  lan: '10.77.66.55',
  cookie: 'sessionofjane',
  proxy: 'proxy-of-acme',
  forwarded: '198.18.77.66',
  file: 'roe-contract.docx',
  time: '34:17.987654',
  confidence: '0.123456789',
  mode: 'modeofjaneroe',
} as const

/** As it could travel: plain, escaped, in hexadecimal, in base64 at all three places, and by its plain hashes. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  const hashes = ['sha256', 'sha1', 'md5'].map(name => createHash(name).update(bytes).digest())
  const inBase64 = [0, 1, 2].map(before => {
    const shifted = Buffer.concat([Buffer.alloc(before, 'x'), bytes]).toString('base64url')
    // Characters that also tell of what stands around are cut off.
    return shifted.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 4) / 3))
  })
  return [
    text,
    encodeURIComponent(text),
    [...bytes].map(byte => `%${byte.toString(16)}`).join(''),
    bytes.toString('hex'),
    ...hashes.flatMap(hash => [hash.toString('hex'), hash.toString('base64url'), hash.toString('base64').slice(0, 20)]),
    ...inBase64.filter(form => form.length >= 8),
  ]
}

/** Whole values whose hash would give them away; that of host and path is the one that leaves, and is documented. */
const PAGE = `public.example.com/${PLANTED.path}`
const URL_PLANTED = `https://${PLANTED.user}:${PLANTED.password}@${PAGE}?${PLANTED.query}=${PLANTED.mail}#${PLANTED.fragment}`
const WHOLE = [
  URL_PLANTED,
  `url:${PAGE}`,
  `https://${PAGE}`,
  `${PAGE}?${PLANTED.query}=${PLANTED.mail}`,
  `ip:${PLANTED.lan}`,
  `ip:${PLANTED.ownNet}`,
  `domain:${PLANTED.single}`,
  `${PLANTED.single}/`,
  `${PLANTED.own}.own.example.org/`,
  `${PLANTED.inside}.internal/`,
  // As addresses stand among the keys that an upstream is asked for.
  '0a4d4237',
  'cb00714d',
]

/** An upstream that keeps every byte it is sent, has a real book, and would like the text of every page. */
async function startRecorder(book: string) {
  const received: string[] = []
  const waiting = new Set<() => void>()
  const hashes: string[] = []
  async function answer(request: IncomingMessage): Promise<Response> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('latin1')
    received.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n\n${body}`)
    for (const wake of waiting) wake()
    if (request.method === 'GET' && request.url!.startsWith('/v1/explain'))
      return Response.json({ subject: 'x', contributions: [] })
    if (request.url === '/v1/book/entries') {
      const { keys } = JSON.parse(body) as { readonly keys: readonly unknown[] }
      return Response.json({ head: { bookId: 'x' }, state: 'fresh', ageSeconds: 0, entries: keys.map(() => []) })
    }
    if (request.url === '/v1/book/events') return new Response('', { status: 404 })
    if (request.method !== 'POST') return await fetch(`${book}${request.url}`)
    hashes.push(...(body.match(/url:sha256:[0-9a-f]{64}/g) ?? []))
    return Response.json({ accepted: 1, duplicate: 0, refused: [], retracted: 1, wanted: hashes })
  }
  const server = createServer((request, response) => {
    void answer(request).then(async told => {
      response.writeHead(told.status, { 'content-type': told.headers.get('content-type') ?? 'text/plain' })
      response.end(Buffer.from(await told.arrayBuffer()))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** Resolves when something came that fits. */
    async got(pattern: RegExp): Promise<void> {
      while (!received.some(text => pattern.test(text))) {
        await new Promise<void>(resolve => waiting.add(resolve))
      }
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function startWorld(types: string) {
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-privacy-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const clock = { now: Date.now() }
  const cloud = opened.use(await startCloud(clock))
  cloud.publish([change('ip:198.51.100.1')])
  const upstream = opened.use(await startRecorder(cloud.url))
  const flags = {
    '--data': folder,
    '--http': '127.0.0.1:0',
    '--dns': '127.0.0.1:0',
    '--dns-base': 'dns.test',
    '--upstream': upstream.url,
    '--types': types,
    '--feedback-own-domains': 'own.example.org',
    '--feedback-own-networks': '203.0.113.0/24',
  }
  const config = unwrap(loadConfig({ env: {}, flags }))
  const edge = opened.use(await startEdge(config, { clock: Date.now, log: silentLog, version: '0.0.0' }))
  const admin = readFileSync(join(folder, 'admin.key'), 'utf8').trim()
  const headers = {
    'content-type': 'application/json',
    'user-agent': PLANTED.agent,
    cookie: `session=${PLANTED.cookie}`,
    'x-forwarded-for': PLANTED.forwarded,
    forwarded: `for=${PLANTED.forwarded}`,
    referer: `http://${PLANTED.single}/${PLANTED.path}`,
    via: `1.1 ${PLANTED.proxy}, 1.1 tocsin-${PLANTED.user}`,
    from: PLANTED.mail,
  }
  async function ask(method: string, path: string, body?: unknown, key = admin): Promise<unknown> {
    const response = await fetch(`${edge.httpUrl}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return text.startsWith('{') ? (JSON.parse(text) as unknown) : text
  }
  const running = opened.move()
  return { folder, upstream, edge, admin, ask, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

const SUBJECTS = [
  `url:${URL_PLANTED}`,
  `url:http://${PLANTED.single}/${PLANTED.path}?${PLANTED.query}`,
  `url:http://${PLANTED.lan}/${PLANTED.path}`,
  `url:https://public.example.com/?${PLANTED.query}=${PLANTED.mail}`,
  `url:https://${PLANTED.own}.own.example.org/${PLANTED.path}`,
  `domain:${PLANTED.single}`,
  `domain:${PLANTED.inside}.internal`,
  `domain:${PLANTED.inside}.local`,
  `domain:${PLANTED.inside}.acme`,
  `domain:${PLANTED.own}.own.example.org`,
  `ip:${PLANTED.lan}`,
  `ip:${PLANTED.ownNet}`,
  'net:10.77.66.0/24',
  `file:${PLANTED.file}`,
  PLANTED.mail,
]

const MIRRORED = ['ip,net,domain,url,file', 'file']

for (const types of MIRRORED)
  test(`not one byte of what names a person, a file, a machine or a message leaves an edge of ${types}`, async () => {
    await using world = await startWorld(types)
    const { ask, edge, upstream } = world
    const made = (await ask('POST', '/v1/keys', {
      name: PLANTED.key,
      role: 'sensor',
      organisation: PLANTED.organisation,
    })) as {
      readonly token: string
      readonly dnsLabel: string
    }

    const planted = {
      confidence: Number(PLANTED.confidence),
      observedAt: new Date(Date.now() - 7_200_000).toISOString().replace(/\d\d:\d\d\.\d+Z$/, `${PLANTED.time}Z`),
      group: PLANTED.group,
      related: [...SUBJECTS.slice(0, 13), 'ip:192.0.2.66'],
    }
    const reports = SUBJECTS.map((subject, at) => ({
      subject,
      kind: 'listed',
      ...planted,
      id: `${PLANTED.messageId}-${at}`,
    }))
    const events = SUBJECTS.map(subject => ({ subject, kind: 'phishing-page', ...planted }))
    const digests = { md5: 'd'.repeat(32) }
    const others = [
      { subject: 'ip:192.0.2.1', kind: 'spam-sent', ...planted, id: PLANTED.messageId },
      { subject: `file:${'a'.repeat(64)}`, kind: 'malware-detected', ...planted, digests, id: PLANTED.file },
      { subject: `file:${'b'.repeat(64)}`, kind: 'malware-detected', digests: { md5: PLANTED.file } },
      { subject: 'ip:192.0.2.2', kind: 'spam-sent', recipient: PLANTED.mail },
      { subject: 'ip:192.0.2.3', kind: PLANTED.user },
    ]
    await ask('POST', '/v1/evidence', [...reports, ...events, ...others], made.token)
    const lines = [...others, ...events].map(each => JSON.stringify(each)).join('\n')
    await fetch(`${edge.httpUrl}/v1/evidence`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${made.token}` },
      body: lines,
    })
    for (const subject of SUBJECTS)
      await ask('POST', '/v1/evidence/retract', { retractions: [{ subject, kind: 'listed' }] })
    await ask('POST', '/v1/sightings', [
      ...SUBJECTS.map(subject => ({ subject, messages: 1, id: PLANTED.messageId })),
      { subject: 'ip:192.0.2.4', messages: 2, id: PLANTED.messageId, hour: planted.observedAt },
      { subject: 'ip:192.0.2.5', messages: 2, recipient: PLANTED.mail },
    ])
    for (const subject of SUBJECTS) {
      const [type, ...rest] = subject.split(':')
      const value = encodeURIComponent(rest.join(':'))
      const query = encodeURIComponent(subject)
      for (const what of ['reputation', 'explain']) {
        await ask('GET', `/v1/${what}/${type}/${value}`)
        await ask('GET', `/v1/${what}/${type}/${value}?at=${PLANTED.user}`)
        await ask('GET', `/v1/${what}?subject=${query}`)
        await ask('GET', `/v1/${what}?subject=${query}&at=${encodeURIComponent(planted.observedAt)}`)
        await ask('GET', `/v1/${what}?subject=${query}&who=${PLANTED.user}`)
      }
    }
    await ask('POST', '/v1/reputation', { subjects: SUBJECTS })
    for (const path of [
      'edge',
      'status',
      'feedback',
      'feedback/pending',
      'feedback/sent',
      'keys',
      'book/head',
      'book/changes?since=0',
    ])
      await ask('GET', `/v1/${path}`)
    await ask('GET', `/v1/book/files/${PLANTED.file}`)
    await ask('GET', `/${PLANTED.path}?${PLANTED.query}`)
    await ask('PUT', '/v1/feedback/mode', { mode: PLANTED.mode })
    await ask('POST', '/v1/feedback/submissions', { subjects: [`url:${PAGE}`.replace('public', 'never')] })
    await ask('DELETE', `/v1/keys/${PLANTED.user}`)
    await ask('GET', '/metrics')

    const dns = { host: '127.0.0.1', port: Number(edge.dnsAddress.split(':').at(-1)) }
    const lanName = PLANTED.lan.split('.').reverse().join('.')
    const names = [
      `${PLANTED.single}.domain.dns.test`,
      `${PLANTED.inside}.internal.domain.dns.test`,
      `${PLANTED.own}.own.example.org.domain.dns.test`,
      `${lanName}.ip.dns.test`,
      `${PLANTED.ownNet.split('.').reverse().join('.')}.ip.dns.test`,
      `${lanName}.${made.dnsLabel}.ip.dns.test`,
      `${PLANTED.user}.ip.dns.test`,
      `${PLANTED.user}.hash.dns.test`,
      'met-by-dns.example.com.domain.dns.test',
    ]
    for (const [id, name] of names.entries()) {
      await exchangeUdp(dns, writeQuery({ id, name: wire(name), type: TYPE.A }))
    }

    await upstream.got(types === 'file' ? /POST \/v1\/book\/entries/ : /met-by-dns\.example\.com/)
    await ask('GET', '/v1/feedback/pending')
    await upstream.got(/POST \/v1\/sightings/)
    await upstream.got(/POST \/v1\/evidence\/retract/)
    const pageHash = createHash('sha256').update(PAGE).digest('hex')
    await upstream.got(new RegExp(`^POST /v1/encounters[^]*url:sha256:${pageHash}`))

    const outbox = new DatabaseSync(join(world.folder, 'feedback.sqlite'), { readOnly: true })
    const kept = ['batch', 'told', 'tally', 'choice'].map(table =>
      JSON.stringify(outbox.prepare(`SELECT * FROM ${table}`).all()),
    )
    outbox.close()
    const everything = [...upstream.received, ...kept].join('\n').toLowerCase()

    // It does send: the hash that is documented, the host, and what is public.
    for (const text of [
      pageHash,
      'domain:public.example.com',
      'ip:192.0.2.1"',
      'ip:192.0.2.66',
      'ip:192.0.2.4"',
      'a'.repeat(64),
    ]) {
      assert.ok(everything.includes(text), `${text} must leave`)
    }
    const keys = [made.token, made.dnsLabel, world.admin]
    for (const text of [...Object.values(PLANTED), ...WHOLE, ...keys]) {
      for (const form of formsOf(text)) assert.ok(!everything.includes(form.toLowerCase()), `${text} leaves as ${form}`)
    }
  })
