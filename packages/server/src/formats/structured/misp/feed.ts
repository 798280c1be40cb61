/** Files of MISP that look like lists and are none: each is recognised, so that nobody takes it for one. */
import { skipped } from '../../content.ts'
import type { Format } from '../../format.ts'
import { readElements } from '../../json/elements.ts'
import { knownTable } from '../tables/known-table.ts'

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const HASH_ROW = new RegExp(`^"?[0-9a-f]{32}"?,"?${UUID}"?\\s*$`, 'i')
const MANIFEST = new RegExp(`^\\s*\\{\\s*"${UUID}"\\s*:\\s*\\{`, 'i')

/** `manifest.json` of a feed: which events there are. */
export const MISP_MANIFEST: Format = {
  name: 'misp-manifest',
  about: 'manifest.json of a MISP feed: names the events and holds no indicators',
  unit: 'object',
  detect: ({ text }) => (MANIFEST.test(text) && /"(?:Orgc|threat_level_id|timestamp)"\s*:/.test(text) ? 1 : 0),
  open: () => readElements({ paths: ['{*}'], read: () => [skipped('metadata')] }),
}

/** `hashes.csv` of a feed: MD5 of each value (of the text "192.0.2.1", say) and the event that holds it; no hashes of files. */
export const MISP_HASHES: Format = {
  ...knownTable({
    name: 'misp-hashes',
    about: 'hashes.csv of a MISP feed: MD5s of values, not of files; nothing is taken',
    columns: ['md5', 'uuid'],
    marks: ['md5', 'uuid'],
    read: () => skipped('not-an-indicator'),
  }),
  detect: ({ lines }) => {
    const rows = lines.filter(line => line.trim() !== '').slice(0, 50)
    return rows.length > 0 && rows.every(row => HASH_ROW.test(row)) ? 1 : 0
  },
}

/** Clusters of a galaxy: names of actors and malware. */
export const MISP_GALAXY: Format = {
  name: 'misp-galaxy',
  about: 'clusters of MISP galaxies: names of actors and malware; nothing is taken',
  unit: 'object',
  detect: ({ name, text }) => {
    const isGalaxy =
      /^\s*\{/.test(text) && /"(?:authors|values)"\s*:\s*\[/.test(text) && /"(?:meta|galaxy|category)"\s*:/.test(text)
    return isGalaxy && (/"meta"\s*:\s*\{/.test(text) || name.includes('galaxy')) ? 0.9 : 0
  },
  open: () => readElements({ paths: ['values[*]'], read: () => [skipped('not-an-indicator')] }),
}
