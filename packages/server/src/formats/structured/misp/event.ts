/** Events of MISP: `{"Event":{…}}`, `{"response":[{"Event":…}]}` and what a search for attributes answers. */
import { skipped } from '../../content.ts'
import type { Content, Format } from '../../format.ts'
import { readElements } from '../../json/elements.ts'
import { hashOf, type Properties, readAttribute, tlshOf } from './attribute.ts'

/** What an event may stand in: alone, in an answer, in an array. */
const AROUND = ['Event', 'response[*].Event', 'response.Event', '[*].Event'] as const

const ATTRIBUTES = [
  ...AROUND.map(event => `${event}.Attribute[*]`),
  'response.Attribute[*]',
  'response[*].Attribute[*]',
]
const OBJECTS = AROUND.map(event => `${event}.Object[*]`)
const PATHS = [...ATTRIBUTES, ...OBJECTS]

/** Hashes of one file, at most. An object with more is of several files; each related to each, they would be a bomb. */
const HASHES_MAX = 16

/** Attributes with `to_ids`; those of one object that are hashes are of one file. */
export const MISP: Format = {
  name: 'misp',
  about: 'events of MISP as JSON: attributes that are marked for detection',
  unit: 'attribute',
  detect: ({ text }) => {
    const begins = /^\s*(?:\[\s*)?\{\s*"(?:Event|response)"\s*:/.test(text)
    return begins && /"(?:Attribute|Orgc|threat_level_id|to_ids)"\s*:/.test(text) ? 1 : 0
  },
  open: () =>
    readElements({
      paths: PATHS,
      read: ({ path, value }) => (path < ATTRIBUTES.length ? [readAttribute(value)] : readObject(value)),
    }),
}

function readObject(value: unknown): readonly Content[] {
  const object = Object(value) as Properties
  const attributes = object['Attribute']
  if (!Array.isArray(attributes) || attributes.length === 0) return [skipped('not-an-indicator')]
  const isGone = object['deleted'] === true || object['deleted'] === '1'
  const found = object['name'] === 'file' ? attributes.map(hashOf).filter(hash => hash !== undefined) : []
  const hashes = found.length <= HASHES_MAX ? found : []
  const [tlsh, second] = attributes.map(tlshOf).filter(text => text !== undefined)
  return attributes.map(each => {
    const attribute: unknown = isGone ? { ...(Object(each) as Properties), deleted: true } : each
    return readAttribute(attribute, hashes, second === undefined ? tlsh : undefined)
  })
}
