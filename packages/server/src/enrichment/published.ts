/**
 * Published data that can be had as packages: which files make which table, and what must be said with every answer that
 * rests on them. Nothing is fetched here: a package is read where it is installed.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Attribution, TableName } from './enrichment.ts'

/** A package of data. */
export interface PublishedData {
  readonly table: TableName
  readonly package: string
  readonly files: readonly string[]
  readonly licence: string
  /** As its licence wants it. */
  readonly text: string
}

/** Packages that are known; the first one that is installed makes its table. */
export const PUBLISHED: readonly PublishedData[] = [
  {
    table: 'asn',
    package: '@ip-location-db/asn',
    files: ['asn-ipv4.csv', 'asn-ipv6.csv'],
    licence: 'CC-BY-4.0',
    text: 'IP to ASN by routeviews.org and IP Geolocation by DB-IP (https://db-ip.com), NRO (nro.net), by ip-location-db, modified',
  },
  {
    table: 'country',
    package: '@ip-location-db/geo-whois-asn-country',
    files: ['geo-whois-asn-country-ipv4.csv', 'geo-whois-asn-country-ipv6.csv'],
    licence: 'CC-BY-4.0',
    text: 'Countries by NRO (nro.net) and public geofeeds, by ip-location-db, modified',
  },
]

/** A package that is installed. */
export interface InstalledData {
  readonly table: TableName
  readonly package: string
  /** Paths of the files that it has. */
  readonly files: readonly string[]
  readonly attribution: Attribution
}

/** The packages that can be found from any of the folders, by Node's own rules. */
export function installedData(from: readonly string[]): readonly InstalledData[] {
  return PUBLISHED.flatMap(data => {
    const manifest = from
      .map(folder => resolved(folder, `${data.package}/package.json`))
      .find(path => path !== undefined)
    if (manifest === undefined) return []
    const files = data.files.map(file => join(dirname(manifest), file)).filter(file => existsSync(file))
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }
    const attribution = { text: data.text, licence: data.licence, date: dayOfVersion(version) }
    return files.length < data.files.length ? [] : [{ table: data.table, package: data.package, files, attribution }]
  })
}

/** The day in a version such as 2.3.2026061719; `unknown` for any other. */
function dayOfVersion(version: string): string {
  const day = /\.(\d{4})(\d{2})(\d{2})\d{0,2}$/.exec(version)
  return day === null ? 'unknown' : `${day[1]}-${day[2]}-${day[3]}`
}

function resolved(folder: string, name: string): string | undefined {
  try {
    return createRequire(join(folder, 'from.js')).resolve(name)
  } catch {
    return undefined
  }
}
