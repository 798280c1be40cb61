/** What the little worlds are about: questions with all that they match, and strangers that they may be met with. */
import type { Protection } from '../../evidence/index.ts'

/** Subjects that lie in one another, the most specific first: a question about the first of them matches all. */
export interface Family {
  readonly about: readonly string[]
  readonly nature: ReadonlyMap<string, Protection>
}

const FILE = `file:${'a'.repeat(64)}`

/** Whom anybody may be met with. */
export const STRANGERS = [FILE, 'ip:198.51.100.9', 'url:stranger.example/p'] as const

const plain = (...about: readonly string[]): Family => ({ about, nature: new Map() })

export const FAMILIES: readonly Family[] = [
  plain(
    'url:a.b.example.com/x/y?z=1',
    'url:a.b.example.com/x/',
    'domain:a.b.example.com',
    'url:b.example.com/x/',
    'domain:b.example.com',
    'domain:example.com',
  ),
  plain('domain:a.b.example.com', 'domain:b.example.com', 'domain:example.com'),
  plain('url:192.0.2.7/x', 'domain:192.0.2.7', 'ip:192.0.2.7', 'net:192.0.2.0/24', 'net:192.0.0.0/16'),
  plain('ip:192.0.2.7', 'net:192.0.2.0/28', 'net:192.0.2.0/24', 'net:192.0.0.0/16'),
  plain('ip:2001:db8:1::7', 'net:2001:db8:1::/64', 'net:2001:db8:1::/48'),
  plain('net:192.0.2.0/28', 'net:192.0.2.0/24', 'net:192.0.0.0/16'),
  plain(`file:${'b'.repeat(64)}`),
  {
    about: ['ip:192.168.1.1', 'net:192.168.1.0/24', 'net:192.168.0.0/16'],
    nature: new Map(['ip:192.168.1.1', 'net:192.168.1.0/24', 'net:192.168.0.0/16'].map(text => [text, 'certified'])),
  },
  { about: ['domain:pages.example'], nature: new Map([['domain:pages.example', 'certified']]) },
]
