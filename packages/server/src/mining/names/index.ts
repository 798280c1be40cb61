/** The miner of names: what a name or a page gives away by its text alone. */
export { type NameJudgment, type NameSurroundings, SUSPICIOUS_FROM } from './judging.ts'
export { type NamesMiner, type NamesNumbers, type NamesOptions, openNames } from './names.ts'
