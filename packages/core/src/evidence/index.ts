export { HOUR_MS, type Instant } from './decay.ts'
export {
  CATEGORY_CAPS,
  type Category,
  isDerived,
  isEvent,
  KINDS,
  type Kind,
  type KindAuthority,
  type KindName,
  kindOf,
  type Protection,
} from './kinds.ts'
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
