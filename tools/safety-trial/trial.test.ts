import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { zipOf } from '../../packages/server/src/formats/unpack/zip.fixture.ts'
import { listsOf, subjectsOf } from './lists.ts'
import { pageOf, summaryOf } from './page.ts'
import { hostOf } from './questions.ts'
import type { Answers, Trial } from './trial.ts'

test('files of lines in an archive are one list, each of JSON is one; documents and what is left out are none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-trial-'))
  try {
    const files = {
      'README.md': 'good.example.com\n',
      'misc/white.txt': 'good.example.com\n',
      'a.txt': '192.0.2.1\n192.0.2.2\tsuspicious/x',
      'b.txt': 'bad.example.com/a\n',
      'c.json': '["c.example.com"]',
      'd.json': '["d.example.com"]',
    }
    const zip = zipOf(Object.entries(files).map(([name, text]) => ({ name, content: Buffer.from(text) })))
    writeFileSync(join(folder, 'Lists (all).zip'), zip)
    const feed = { path: 'Lists (all).zip', organisation: 'o', kind: 'listed', without: /^misc\// } as const
    const lists = await listsOf(folder, { ...feed, withoutLines: /\tsuspicious/ })
    assert.deepEqual(
      lists.map(list => [list.source, list.format.name, [...subjectsOf(list)]]),
      [
        ['lists-all-.zip-1', 'plain', ['ip:192.0.2.1', 'url:bad.example.com/a']],
        ['lists-all-.zip-2', 'json', ['domain:c.example.com']],
        ['lists-all-.zip-3', 'json', ['domain:d.example.com']],
      ],
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('hostOf() gives the host of a page and of nothing else', () => {
  assert.equal(hostOf('url:docs.example.com/a?b'), 'docs.example.com')
  assert.equal(hostOf('url:192.0.2.1:8080/a'), '192.0.2.1')
  assert.equal(hostOf('domain:docs.example.com'), undefined)
})

test('the page names what is wrong, and who said so', () => {
  const none = { asked: 3, wrong: [], wrongCount: 0 }
  const fine: Answers = { good: { popular: none, universities: none, always: none, files: none }, pages: none }
  const subject = 'domain:popular.example.com'
  const answer = {
    subject,
    score: 30,
    verdict: 'dangerous',
    action: 'block',
    state: 'fresh',
    ageSeconds: 0,
    reason: 'malware',
  } as const
  const explanation = {
    subject,
    at: '2026-11-22T00:00:00.000Z',
    score: 30,
    verdict: 'dangerous',
    logOdds: 865,
    reason: 'malware',
    contributions: [
      { term: 'prior', value: -895 },
      { term: 'evidence', value: 1760, kind: 'listed-malware', source: 'a|b', confidence: 1 },
    ],
    changes: [],
  } as const
  const popular = {
    asked: 3,
    wrong: [{ answer, explanation: { ...explanation, contributions: [...explanation.contributions], changes: [] } }],
    wrongCount: 1,
  }
  const trial: Trial = {
    imported: [],
    entries: { ip: 1 },
    seconds: 2,
    alone: { ...fine, good: { ...fine.good, popular } },
    guarded: fine,
  }
  const page = pageOf(trial, '## Remarks\n')
  assert.match(page, /^\| popular domains that are blocked as a whole \| 3 \| 1 \| 0 \|$/m)
  assert.match(page, /^\| `domain:popular\.example\.com` \| 30 \| itself \| listed-malware by a¦b \(\+1760\) \|$/m)
  assert.match(
    summaryOf(trial),
    /^popular domains that are blocked as a whole: 1 of 3; with a list of popular domains 0$/m,
  )
})
