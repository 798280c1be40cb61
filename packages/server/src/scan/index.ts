/** Scans files: hashes, and asks for nothing but hashes. */
export { type BytePath, base64Of, isText, shown, uriOf } from './byte-path.ts'
export { exclusionOf, isWithinExcluded } from './glob.ts'
export type { Skip } from './jobs.ts'
export { type Ask, type Judge, type Judgement, listFileJudge, NodeJudge, silentJudge } from './judging.ts'
export { LOOK_LIMITS, SIZE_MAX_BYTES } from './limits.ts'
export type { Finding, Note, Outcome, Place, Totals } from './outcome.ts'
export { isFewFiles, type Progress, type ScanOptions, scan } from './scan.ts'
export { type Changes, watchTrees } from './watch.ts'
