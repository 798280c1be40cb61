import type { Format } from './format.ts'
import { ALL_FORMATS } from './index.ts'

export { ALL_FORMATS } from './index.ts'

/** The format of this name, if there is one. */
export function findFormat(name: string): Format | undefined {
  return ALL_FORMATS.find(format => format.name === name)
}
