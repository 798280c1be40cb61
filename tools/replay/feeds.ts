/** The feeds that are replayed, in the folder of the trial data, and where the list of the last day lies. */

/** A feed of the trial data. */
export interface TrialFeed {
  readonly name: string
  /** Under the folder of the data. */
  readonly history: string
  /** The list as its makers had it on the last day; `SOURCES.md` of the data says that both are equal. */
  readonly snapshot: string
  readonly licence: string
}

/** Attackers, control servers, pages, nets, shops: one feed of each sort that the data has day by day. */
export const TRIAL_FEEDS: readonly TrialFeed[] = [
  {
    name: 'data-shield',
    history: 'history/data-shield-ips.delta.tsv.gz',
    snapshot: 'raw/data-shield/prod_data-shield_ipv4_blocklist.txt.gz',
    licence: 'GPL-3.0 (figures alone are shown)',
  },
  {
    name: 'threatfox-ips',
    history: 'history/threatfox-ips.delta.tsv.gz',
    snapshot: 'raw/threatfox-ioc-ips/ips.txt.gz',
    licence: 'CC0',
  },
  {
    name: 'urlhaus',
    history: 'history/urlhaus.delta.tsv.gz',
    snapshot: 'raw/intel-watchtower/urls.csv.gz',
    licence: 'CC0',
  },
  {
    name: 'spamhaus-drop-v4',
    history: 'history/spamhaus-drop-v4.delta.tsv.gz',
    snapshot: 'raw/spamhaus-drop/spamhaus_v4.ipset.gz',
    licence: 'DROP terms of Spamhaus',
  },
  {
    name: 'scamblocklist',
    history: 'history/scamblocklist.delta.tsv.gz',
    snapshot: 'raw/scamblocklist/hosts.txt.gz',
    licence: 'MIT',
  },
  {
    name: 'http-threat',
    history: 'history/http-threat-ips.delta.tsv.gz',
    snapshot: 'raw/http-threat-blocklist/blocklist.txt.gz',
    licence: 'MIT',
  },
]
