export { CATEGORY_CAPS, type Category, type KindAuthority, type Protection } from './category.ts'
export { HOUR_MS, type Instant } from './decay.ts'
export { isDerived, isEvent, KINDS, type Kind, type KindName, kindOf } from './kinds.ts'
export { REASON_PHRASES, REASONS, type Reason } from './reasons.ts'
export {
  CONFIDENCE_MAX,
  type EvidenceRecord,
  fades,
  halfLifeHours,
  mergeRecords,
  STALE_HALF_LIFE_HOURS,
  weightAt,
} from './record.ts'
