import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** The lines of a compressed text, without blank lines and those that begin with `#`. Throws where the file is not there. */
export function* linesOf(folder: string, path: string): Generator<string, void> {
  const text = gunzipSync(readFileSync(join(folder, path))).toString('utf8')
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(start, end)
    start = end + 1
    if (line !== '' && !line.startsWith('#')) yield line
  }
}
