import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseSubject, subjectKey, subjectText } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import type { LedgerSource, LedgerWrite } from '../ledger/ledger.ts'
import type { Engine } from './engine.ts'
import { askedAloud, watched } from './mining-watch.ts'

const NOW = Date.UTC(2026, 5, 30)
const subject = (text: string) => unwrap(parseSubject(text))
const stored = (text: string) => ({ ...subject(text), key: subjectKey(subject(text)) })

/** What was put, each as a line. */
function ear() {
  const heard: string[] = []
  return { heard, put: (name: string, item: unknown) => void heard.push(`${name} ${JSON.stringify(item)}`) }
}

function told(origin: LedgerSource['origin'], of: string, ...related: readonly string[]) {
  const { heard, put } = ear()
  const written: LedgerWrite[] = []
  const write = async (words: LedgerWrite) => (written.push(words), ['new'] as const)
  const engine = watched({ ledger: { write } } as unknown as Engine, put)
  const relation = { group: 'g', members: related.map(stored) }
  const evidence = [{ subject: stored(of), kind: 'listed', confidence: 1000, at: undefined, relation }] as const
  void engine.ledger.write({
    source: { name: 'x', origin, organisation: 'o', trustStep: 12 },
    receivedAt: NOW,
    evidence,
  })
  assert.equal(written.length, 1)
  return heard
}

describe('watched()', () => {
  it('tells the row of a list that names one domain and one address, and no other', () => {
    const [line, ...more] = told('feed', 'domain:example.com', 'ip:192.0.2.1', 'url:example.com/x')
    assert.match(line!, /^resolutions .*"example.com".*"192.0.2.1".*"name":"o","isTrusted":true/)
    assert.deepEqual(more, [])
    assert.equal(told('import', 'ip:192.0.2.1', 'domain:example.com').length, 1)
    assert.deepEqual(told('feed', 'domain:example.com', 'ip:192.0.2.1', 'ip:192.0.2.2'), [])
    assert.deepEqual(told('feed', 'domain:example.com', 'ip:192.0.2.1', 'domain:example.org'), [])
  })

  it('tells no resolution of what reporters relate: a mail names domains that its sender does not serve', () => {
    assert.deepEqual(told('key', 'domain:example.com', 'ip:192.0.2.1'), [])
  })

  it('tells files that reporters saw, and not those of lists', () => {
    const file = `file:${'1'.repeat(64)}`
    assert.match(told('key', file).join(), /^seen .*"site":"o"/)
    assert.deepEqual(told('feed', file), [])
  })
})

describe('askedAloud()', () => {
  it('answers the same, and notes domains and pages of which nothing is known', () => {
    const { heard, put } = ear()
    const known = new Set(['domain:known.example'])
    const answer = (about: ReturnType<typeof subject>): Answer => {
      const cause = known.has(subjectText(about)) ? 'malware' : 'none'
      const base = {
        score: 71,
        verdict: 'untested',
        action: 'allow',
        state: 'fresh',
        ageSeconds: 0,
        reason: '',
      } as const
      return { ...base, subject: about, cause }
    }
    const aloud = askedAloud(answer, put)
    for (const text of ['domain:known.example', 'domain:new.example', 'url:new.example/x', 'ip:192.0.2.1']) {
      assert.deepEqual(aloud(subject(text)), answer(subject(text)))
    }
    assert.equal(heard.length, 2)
  })
})
