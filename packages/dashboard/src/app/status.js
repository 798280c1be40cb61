/** The live counts. */
import { byId, element, table } from './dom.js'

const COUNT = new Intl.NumberFormat('en')

/** @param {any} status as `/v1/status` answers it */
export function showStatus(status) {
  const { head, ledger, lookups, sources, startedAt, now, version } = status
  const entries = Object.entries(head.entries).map(([type, count]) => [`${type} entries`, COUNT.format(count)])
  const figures = [
    ...entries,
    ['evidence', COUNT.format(ledger.evidence)],
    ['subjects', COUNT.format(ledger.subjects)],
    ['waiting for a score', COUNT.format(ledger.waiting)],
    ['sequence', COUNT.format(head.sequence)],
    ['published', new Date(head.publishedAt).toLocaleTimeString('en-GB')],
    ['up for', duration(Date.parse(now) - Date.parse(startedAt))],
    ['version', version],
  ]
  byId('figures').replaceChildren(
    ...figures.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  )
  byId('lookups').replaceChildren(
    lookups.length === 0
      ? element('p', { class: 'faint' }, 'Nobody has asked yet.')
      : table(
          'Lookups by door and verdict',
          ['door', 'verdict', 'action', 'count#'],
          lookups.map(({ door, verdict, action, count }) => [door, verdict, action, COUNT.format(count)]),
        ),
  )
  byId('sources').replaceChildren(
    sources.length === 0
      ? element('p', { class: 'faint' }, 'No source has said anything yet. Import a list: npx tocsin import FILE')
      : table(
          'Sources of evidence',
          ['name', 'origin', 'trust#', 'evidence#'],
          sources.map(({ name, origin, trust, evidence }) => [name, origin, String(trust), COUNT.format(evidence)]),
        ),
  )
}

/** @param {number} milliseconds */
function duration(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000))
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}
