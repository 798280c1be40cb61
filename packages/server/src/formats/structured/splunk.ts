/** Lookup tables for Splunk as the malware-filter projects publish them: `host`, `path`, `message`, `updated`. */
import type { Format } from '../format.ts'
import { knownTable } from './tables/known-table.ts'
import { single } from './values/indicators.ts'
import { subjectOfText } from './values/subject-text.ts'

/** A row without a path says the host, one with a path the page. `updated` is the time of the file, not of the row. */
export const SPLUNK_LOOKUP: Format = knownTable({
  name: 'malware-filter-splunk',
  about: 'lookup tables of malware-filter (urlhaus-filter, phishing-filter …) for Splunk: host and path',
  columns: ['host', 'path', 'message', 'updated'],
  marks: ['host', 'path', 'message'],
  read: fields => {
    const host = fields('host')
    const path = fields('path')
    const page = path.startsWith('/') || path === '' ? path : `/${path}`
    const subject = path === '' ? subjectOfText(host, 'domain') : subjectOfText(`http://${host}${page}`, 'url')
    return typeof subject === 'string' ? single(subject, {}) : subject
  },
})
