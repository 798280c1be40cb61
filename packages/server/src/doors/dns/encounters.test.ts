import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TYPE, writeQuery } from '../../protocols/dns/index.ts'
import { badEntry, MemoryBook, NOW, subjectOf } from './book.fixture.ts'
import { BASE, KEY, respondFrom, wire } from './client.fixture.ts'
import { sighted } from './counters.ts'
import { type DnsEncounter, ENCOUNTER_PACE, Encounters } from './encounters.ts'
import { Peer } from './peer.ts'
import { RateLimit } from './rate-limit.ts'
import { PACKET_BYTES, Responder, type ResponderParts } from './responder.ts'

const BLOCKED = sighted('dangerous', 'block')
const UNTESTED = sighted('untested', 'allow')
const { perSlice, sliceMs, tellMs, tellUntestedMs } = ENCOUNTER_PACE

function gather() {
  const told: { readonly list: readonly DnsEncounter[]; readonly unsampled: number }[] = []
  return { told, encounters: new Encounters((list, unsampled) => told.push({ list, unsampled })) }
}

function respondWith(book: MemoryBook, more: Partial<ResponderParts> = {}) {
  const { told, encounters } = gather()
  let now = NOW
  const responder = new Responder({ ...respondFrom(book, { clock: () => now }), encounters, ...more })
  const bytes = new Uint8Array(PACKET_BYTES)
  const peer = new Peer()
  peer.readText('192.0.2.53')
  return {
    told,
    ask: (name: string, type: number = TYPE.A) => {
      const query = writeQuery({ id: 1, name: wire(`${name}.${BASE}`), type })
      bytes.set(query)
      responder.begin()
      responder.respond(bytes, query.length, peer)
    },
    askByTcp: (name: string) =>
      responder.respondTo(writeQuery({ id: 1, name: wire(`${name}.${BASE}`), type: TYPE.A }), peer, 'tcp'),
    metAfter: (milliseconds: number) => {
      now += milliseconds
      responder.begin()
      return told.flatMap(({ list }) => list)
    },
  }
}

describe('Encounters', () => {
  it('adds up by subject, and tells once a second, of what nobody knows within a quarter', () => {
    const { told, encounters } = gather()
    encounters.begin(NOW)
    for (let n = 0; n < 3; n++) encounters.note(subjectOf('ip:192.0.2.1'), BLOCKED)
    encounters.begin(NOW + tellMs - 1)
    assert.equal(told.length, 0)
    encounters.begin(NOW + tellMs)
    assert.deepEqual(told, [{ list: [{ subject: 'ip:192.0.2.1', asked: 3, blocked: 3, untested: 0 }], unsampled: 0 }])
    encounters.note(subjectOf('ip:192.0.2.1'), BLOCKED)
    encounters.note(subjectOf('domain:new.example'), UNTESTED)
    encounters.begin(NOW + tellMs + tellUntestedMs)
    assert.deepEqual(told[1]!.list, [
      { subject: 'ip:192.0.2.1', asked: 1, blocked: 1, untested: 0 },
      { subject: 'domain:new.example', asked: 1, blocked: 0, untested: 1 },
    ])
    encounters.begin(NOW + 10 * tellMs)
    assert.equal(told.length, 2)
  })

  it('looks at so many questions in each tenth of a second, and counts the others', () => {
    const { told, encounters } = gather()
    for (let slice = 0; slice < 3; slice++) {
      encounters.begin(NOW + slice * sliceMs)
      for (let n = 0; n < 1000; n++) {
        if (encounters.takes()) encounters.note(n % 2 === 0 ? subjectOf(`ip:10.0.${slice}.${n}`) : undefined, BLOCKED)
      }
    }
    encounters.flush()
    assert.deepEqual([told[0]!.list.length, told[0]!.unsampled], [(3 * perSlice) / 2, 3 * (1000 - perSlice)])
  })

  it('goes on where the clock is set back', () => {
    const { told, encounters } = gather()
    encounters.begin(NOW)
    for (let n = 0; n < perSlice; n++) encounters.note(subjectOf('ip:192.0.2.1'), BLOCKED)
    encounters.begin(NOW - 3_600_000)
    assert.deepEqual([encounters.takes(), told.length], [true, 1])
  })
})

describe('Responder, where somebody gathers encounters', () => {
  const MD5 = '0123456789abcdef0123456789abcdef'

  it('tells of what was answered quickly, again, slowly and by TCP', () => {
    const book = new MemoryBook()
    book.publish({ 'ip:192.0.2.1': badEntry('spam'), 'domain:bad.example': badEntry('spam') })
    book.block(['domain:reported.example'])
    const { ask, askByTcp, metAfter } = respondWith(book)
    for (const name of ['1.2.0.192.ip', '9.2.0.192.ip', 'WWW.bad.example.domain', `new.example.${KEY}.domain`])
      ask(name)
    for (let n = 0; n < 2; n++) ask(`${MD5}.hash`)
    ask('reported.example.domain', TYPE.TXT)
    askByTcp('1.2.0.192.ip')
    askByTcp('new.example.domain')
    const met = Object.fromEntries(
      metAfter(tellMs).map(({ subject, asked, blocked, untested }) => [subject, [asked, blocked, untested]]),
    )
    assert.deepEqual(met, {
      'ip:192.0.2.1': [2, 2, 0],
      'ip:192.0.2.9': [1, 0, 1],
      'domain:www.bad.example': [1, 1, 0],
      'domain:new.example': [2, 0, 2],
      [`file:md5:${MD5}`]: [2, 0, 2],
      'domain:reported.example': [1, 1, 1],
    })
  })

  it('tells nothing of what is no subject, of whom it refuses, and of what it holds back', () => {
    const book = new MemoryBook()
    const { ask, askByTcp, metAfter } = respondWith(book, { limit: new RateLimit(1, 1) })
    for (const name of ['2.0.0.127.ip', 'test.domain', '0.192.ip', 'bad*name.example.domain', 'ip', 'ns']) {
      ask(name.replace('*', '_-'))
    }
    askByTcp(`1.2.0.192.tk-${'z'.repeat(26)}.ip`)
    const before = metAfter(tellMs).length
    for (let n = 0; n < 40; n++) ask('1.2.0.192.ip')
    const { asked } = metAfter(tellMs).find(({ subject }) => subject === 'ip:192.0.2.1')!
    assert.ok(before <= 1 && asked <= 5, `${before} ${asked}`)
  })
})
