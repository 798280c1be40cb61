import assert from 'node:assert/strict'
import { test } from 'node:test'

const { typed } = (await import(new URL('./app/typed.js', import.meta.url).href)) as { typed: (text: string) => string }

test('typed() puts the type before what a person typed', () => {
  const cases = {
    '192.0.2.1': 'ip:192.0.2.1',
    '2001:db8::1': 'ip:2001:db8::1',
    '[2001:db8::1]': 'ip:2001:db8::1',
    '::1': 'ip:::1',
    '192.0.2.0/24': 'net:192.0.2.0/24',
    '2001:db8::/32': 'net:2001:db8::/32',
    'example.com': 'domain:example.com',
    'example.com:8080': 'url:example.com:8080',
    'https://example.com/a': 'url:https://example.com/a',
    'example.com/a': 'url:example.com/a',
    'url:example.com/a': 'url:example.com/a',
    d41d8cd98f00b204e9800998ecf8427e: 'file:d41d8cd98f00b204e9800998ecf8427e',
  }
  for (const [text, expected] of Object.entries(cases)) assert.equal(typed(text), expected)
})
