/** The list as its makers had it on the last day, read by its own format. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { unwrap } from '@tocsin/core/base'
import { detectFormat, sampleOf } from '../../packages/server/src/formats/detect.ts'

/** How a list stands to its snapshot. */
export interface Comparison {
  readonly format: string
  readonly both: number
  readonly onlyList: number
  readonly onlySnapshot: number
}

/** Compares subjects with those of a snapshot, a file of gzip. Throws where no format knows it. */
export function compareWith(path: string, subjects: ReadonlySet<string>): Comparison {
  const bytes = gunzipSync(readFileSync(path))
  const format = unwrap(detectFormat(sampleOf(basename(path), bytes)))
  const reader = format.open({})
  const found = new Set<string>()
  for (const { content } of [...reader.push(bytes), ...reader.end()]) {
    if (content.is !== 'indicators') continue
    for (const { subject } of content.indicators) found.add(subject)
  }
  const both = [...subjects].filter(subject => found.has(subject)).length
  return { format: format.name, both, onlyList: subjects.size - both, onlySnapshot: found.size - both }
}
