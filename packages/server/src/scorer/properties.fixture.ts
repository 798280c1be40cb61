/** Little worlds for a real ledger: who says what, whom it was met with, and what else a file is called. */
import { isDerived, isEvent, KINDS, type Kind, type KindName, kindOf } from '@tocsin/core/evidence'
import { parseSubject, type SubjectType, subjectKey } from '@tocsin/core/subject'
import fc from 'fast-check'
import type { EvidenceWrite, LedgerSource, LedgerSubject } from '../ledger/ledger.ts'

export const NOW = Date.UTC(2026, 5, 30)
const HOUR_MS = 3_600_000

/** A source in two epochs of trust. */
export type Speaker = readonly [before: LedgerSource, after: LedgerSource]

const speaker = (name: string, origin: LedgerSource['origin'], steps: readonly [number, number]): Speaker => {
  const organisation = name.split(/[:@-]/)[1]!
  const [before, after] = steps.map((trustStep): LedgerSource => ({ name, origin, organisation, trustStep }))
  return [before!, after!]
}

export const SPEAKERS: readonly Speaker[] = [
  speaker('feed:one', 'feed', [12, 12]),
  speaker('feed:two', 'feed', [12, 10]),
  speaker('feed:three', 'feed', [8, 8]),
  speaker('key:risen@1', 'key', [6, 8]),
  speaker('key:fallen@1', 'key', [9, 7]),
  speaker('key:fresh@1', 'key', [4, 4]),
  speaker('key:newer@1', 'key', [4, 5]),
  speaker('tocsin:mining', 'mining', [12, 12]),
]

const [SHA256, ANOTHER, SHA1, MD5] = [
  `file:${'a'.repeat(64)}`,
  `file:${'b'.repeat(64)}`,
  `file:sha1:${'1'.repeat(40)}`,
  `file:md5:${'5'.repeat(32)}`,
] as const

/** All types; a reserved address and a public suffix are protected by nature. */
const SUBJECTS = [
  SHA256,
  ANOTHER,
  SHA1,
  MD5,
  'url:www.example.com/x',
  'domain:www.example.com',
  'domain:example.com',
  'domain:pages.example',
  'ip:192.0.2.7',
  'ip:192.168.1.1',
  'net:192.0.2.0/24',
] as const

/** Enough company for the damping to take its first step. */
const CROWD = Array.from({ length: 9 }, (_, n) => `ip:198.51.100.${n}`)

export function subject(text: string, isNamed = true): LedgerSubject {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return { type: parsed.value.type, key: subjectKey(parsed.value), value: isNamed ? parsed.value.value : undefined }
}

/** One statement, by the place of its source in {@link SPEAKERS}. */
export interface Item {
  readonly by: number
  readonly write: EvidenceWrite
}

const ALL_KINDS: readonly Kind[] = KINDS
const kindsOf = (type: SubjectType, derived: boolean): KindName[] =>
  ALL_KINDS.filter(kind => kind.types.includes(type) && isDerived(kind) === derived).map(kind => kind.name)

const someMembers = fc.oneof(
  { weight: 4, arbitrary: fc.uniqueArray(fc.constantFrom(...SUBJECTS), { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(CROWD, [SHA256, ...CROWD], [MD5, ...CROWD]) },
)

const someRelation = fc.record({ group: fc.constantFrom('mail', 'page', 'download'), members: someMembers })

const typeOf = (text: string) => text.slice(0, text.indexOf(':')) as SubjectType
const isMining = (by: number) => SPEAKERS[by]![0].origin === 'mining'

/** Who says what else a file is called: who was not trusted before does in vain, see docs/properties.md. */
const wasTrusted = (by: number) => SPEAKERS[by]![0].trustStep >= 8

/** Any statement by one of these sources. */
export const someItemBy = (places: readonly number[], tellsNames = wasTrusted): fc.Arbitrary<Item> =>
  fc
    .record({ by: fc.constantFrom(...places), about: fc.constantFrom(...SUBJECTS) })
    .filter(({ by, about }) => kindsOf(typeOf(about), isMining(by)).length > 0)
    .chain(({ by, about }) =>
      fc
        .record({
          kind: fc.constantFrom(...kindsOf(typeOf(about), isMining(by))),
          confidence: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 1000 })),
          ageHours: fc.oneof(fc.constant(0), fc.nat(24 * 200)),
          relation:
            typeOf(about) === 'net' || isMining(by)
              ? fc.constant(undefined)
              : fc.option(someRelation, { nil: undefined }),
          names: fc.subarray([SHA256, SHA1, MD5]),
          isNamed: fc.boolean(),
        })
        .map(({ kind, confidence, ageHours, relation, names, isNamed }): Item => {
          const others = names.filter(name => name !== about)
          const tells = typeOf(about) === 'file' && others.length > 0 && tellsNames(by)
          const write: EvidenceWrite = {
            // Of a page the hash alone may be known; what is protected by nature is so by its name.
            subject: subject(about, isNamed || typeOf(about) !== 'url'),
            kind,
            confidence,
            at: isEvent(kindOf(kind)) ? NOW - ageHours * HOUR_MS : undefined,
          }
          const members = relation?.members.filter(text => text !== about && typeOf(text) !== 'net') ?? []
          return {
            by,
            write: {
              ...write,
              ...(members.length === 0
                ? {}
                : { relation: { group: relation!.group, members: members.map(text => subject(text)) } }),
              ...(tells ? { digests: { names: others.map(text => subject(text)) } } : {}),
            },
          }
        }),
    )

/** Any statement by anybody. */
export const someItem: fc.Arbitrary<Item> = someItemBy(SPEAKERS.map((_, place) => place))

/** How a world comes to a node: in which order, in which transactions, and where among them the epoch of trust changes. */
export interface Delivery {
  /** Sort keys, one for each item; more than there are items. */
  readonly order: readonly number[]
  /** Items of each batch, again and again. */
  readonly batches: readonly number[]
  /** 0 to 1: how much is there already when the epoch changes. */
  readonly epochAt: number
  /** 0 to 1: likewise when the book is made for the first time. */
  readonly lookAt: number
  /** Batches between one look and the next from then on. */
  readonly lookEvery: number
  /** How often all is sent. */
  readonly times: 1 | 2
}

const someShare = fc.constantFrom(0, 0.3, 0.6, 1)

export const someDelivery: fc.Arbitrary<Delivery> = fc.record({
  order: fc.array(fc.nat(1e6), { minLength: 80, maxLength: 80 }),
  batches: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
  epochAt: someShare,
  lookAt: someShare,
  lookEvery: fc.constantFrom(3, 6, 50),
  times: fc.constantFrom(1, 2),
})

/** Subjects that a list protects, each by what. */
export const GUARDED: readonly (readonly [text: string, kind: KindName])[] = [
  [SHA256, 'known-good'],
  [MD5, 'popular'],
  ['url:www.example.com/x', 'popular'],
  ['domain:www.example.com', 'popular'],
  ['domain:example.com', 'shared-host'],
  ['ip:192.0.2.7', 'certified'],
  ['net:192.0.2.0/24', 'popular'],
]
