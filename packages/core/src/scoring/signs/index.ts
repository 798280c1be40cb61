/** What a name, a page or an address shows before anyone has reported it: signs, and what they weigh. */
export { isBareAddress } from './host-parts.ts'
export { SYMBOLS as LETTER_SYMBOLS, symbolOf as letterSymbolOf } from './letters.ts'
export { type Neighbourhood, neighbourLogOdds } from './neighbours.ts'
export type { Sign } from './sign.ts'
export { hostSigns, portSigns, urlSigns } from './signs.ts'
export { SHIFT_MAX, SHIFT_MIN, type WeighedSign, type Weighing, weighNeighbours, weighSigns } from './weigh.ts'
export { INTERCEPT as SIGN_INTERCEPT, WEIGHTS as SIGN_WEIGHTS } from './weights.ts'
