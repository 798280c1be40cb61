/**
 * Files of the trial's data of which a word may be quoted, by their licence. Of all others (non-commercial, copyleft, or
 * without a licence) only counts are shown.
 */
const QUOTABLE: readonly string[] = [
  'raw/eset/', // BSD-2-Clause
  'raw/http-threat-blocklist/', // MIT
  'raw/maltrail/', // MIT
  'raw/misp-galaxy', // CC0
  'raw/misp-warninglists', // CC0
  'raw/oasis-stix2', // BSD-3-Clause
  'raw/polkadot-phishing/', // Apache-2.0
  'raw/scamblocklist/', // MIT
  'raw/scriptzteam', // Unlicense
  'raw/signature-base/', // DRL 1.1
  'raw/threatfox-ioc-ips/', // CC0
  'raw/unit42-stix2/', // MIT
  'raw/urlhaus-filter', // CC0
  'raw/x4bnet/', // MIT
]

/** Whether a reason that quotes a word of this file may be shown. */
export function isQuotable(path: string): boolean {
  return QUOTABLE.some(prefix => path.startsWith(prefix))
}
