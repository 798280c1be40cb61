/** Formats with a structure: tables and JSON. */
import type { Format } from '../format.ts'
import { FEODO_CSV, FEODO_JSON, MALWARE_BAZAAR, THREATFOX, THREATFOX_HASHES, URLHAUS } from './abusech.ts'
import { CSV } from './csv.ts'
import { JSON_LIST } from './json.ts'
import { MISP } from './misp/event.ts'
import { MISP_GALAXY, MISP_HASHES, MISP_MANIFEST } from './misp/feed.ts'
import { MISP_WARNINGLIST } from './misp/warninglist.ts'
import { PHISHTANK_CSV, PHISHTANK_JSON } from './phishtank.ts'
import { SPAMHAUS_DROP } from './spamhaus.ts'
import { SPLUNK_LOOKUP } from './splunk.ts'
import { STIX } from './stix/stix.ts'
import { STIX_1 } from './stix/stix1.ts'

/** All of them, those with a mark of their own in front of those that read anything. */
export const STRUCTURED_FORMATS: readonly Format[] = [
  STIX,
  STIX_1,
  MISP,
  MISP_MANIFEST,
  MISP_HASHES,
  MISP_GALAXY,
  MISP_WARNINGLIST,
  URLHAUS,
  THREATFOX,
  THREATFOX_HASHES,
  MALWARE_BAZAAR,
  FEODO_CSV,
  FEODO_JSON,
  PHISHTANK_CSV,
  PHISHTANK_JSON,
  SPAMHAUS_DROP,
  SPLUNK_LOOKUP,
  JSON_LIST,
  CSV,
]
