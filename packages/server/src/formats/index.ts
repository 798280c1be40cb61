import type { Format } from './format.ts'
import { LINE_FORMATS } from './lines/index.ts'
import { STRUCTURED_FORMATS } from './structured/index.ts'

/** All formats of lists; of two that are as sure of an input, the earlier one takes it. */
export const ALL_FORMATS: readonly Format[] = [...STRUCTURED_FORMATS, ...LINE_FORMATS]
