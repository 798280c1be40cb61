/** Which files of the data say something bad, who published them, and what they mean: as an operator would configure them. */
import type { KindName } from '@tocsin/core/evidence'

/** A file that is imported. */
export interface TrialFeed {
  /** Its path below the folder of the data. */
  readonly path: string
  /** Who answers for it: several files of one count once. */
  readonly organisation: string
  /** What a record means that does not say it itself. */
  readonly kind: KindName
  /** Of an archive, the files that an operator would not take for lists: what is good, and what names no subject. */
  readonly without?: RegExp
  /** Lines that are left out. */
  readonly withoutLines?: RegExp
}

/** All of them. Not here: what is good, context (clouds, autonomous systems, knowledge of groups), and names of files. */
export const TRIAL_FEEDS: readonly TrialFeed[] = [
  feed('raw/c2-tracker/data-2026-03-16.tar.gz', 'c2-tracker', 'listed-botnet'),
  feed('raw/data-shield/prod_data-shield_ipv4_blocklist.txt.gz', 'data-shield', 'listed-attack'),
  feed('raw/eset/eset-dev-campaigns.tar.gz', 'eset', 'listed-malware'),
  feed('raw/http-threat-blocklist/blocklist.txt.gz', 'http-threat', 'listed-attack'),
  feed('raw/intel-watchtower/mhash.csv.gz', 'abuse.ch', 'listed-malware'),
  feed('raw/intel-watchtower/urls.csv.gz', 'abuse.ch', 'listed-malware'),
  { ...feed('raw/maltrail/trails-suspicious-2026-06-30.tar.gz', 'maltrail', 'listed'), without: /^misc\// },
  feed('raw/oasis-stix2-examples.tar.gz', 'oasis', 'listed-malware'),
  feed('raw/openphish/feed.txt.gz', 'openphish', 'listed-phishing'),
  feed('raw/polkadot-phishing/all.json.gz', 'polkadot', 'listed-phishing'),
  { ...feed('raw/polkadot-phishing/meta.tar.gz', 'polkadot', 'listed-phishing'), without: /index\.json$/ },
  feed('raw/scamblocklist/adguard.txt.gz', 'scamblocklist', 'listed-scam'),
  feed('raw/scamblocklist/hosts.txt.gz', 'scamblocklist', 'listed-scam'),
  feed('raw/scriptzteam-ipblocklist-2022/ips.txt.gz', 'scriptzteam', 'listed-attack'),
  feed('raw/scriptzteam-ipblocklist-2022/levels/3.txt.gz', 'scriptzteam', 'listed-attack'),
  feed('raw/signature-base/c2-iocs.txt.gz', 'signature-base', 'listed-botnet'),
  feed('raw/signature-base/hash-iocs.txt.gz', 'signature-base', 'listed-malware'),
  feed('raw/sophos/sophos-dev.tar.gz', 'sophos', 'listed-malware'),
  feed('raw/spamhaus-drop/spamhaus_v4.ipset.gz', 'spamhaus', 'listed-spam'),
  feed('raw/spamhaus-drop/spamhaus_v4.rsc.gz', 'spamhaus', 'listed-spam'),
  feed('raw/spamhaus-drop/spamhaus_v6.ipset.gz', 'spamhaus', 'listed-spam'),
  feed('raw/talos-stix/talos-2022-to-2025-06.tar.gz', 'talos', 'listed-malware'),
  feed('raw/threatfox-ioc-ips/ips.txt.gz', 'abuse.ch', 'listed-botnet'),
  feed('raw/unit42-stix2/unit42-dev.tar.gz', 'unit42', 'listed-malware'),
  feed('raw/urlhaus-filter-2025-07-19/urlhaus-filter-domains-online.txt.gz', 'abuse.ch', 'listed-malware'),
  feed('raw/urlhaus-filter-2025-07-19/urlhaus-filter-hosts-online.txt.gz', 'abuse.ch', 'listed-malware'),
  feed('raw/urlhaus-filter-2025-07-19/urlhaus-filter-online.txt.gz', 'abuse.ch', 'listed-malware'),
  feed('raw/urlhaus-filter-2025-07-19/urlhaus-filter-rpz-online.conf.gz', 'abuse.ch', 'listed-malware'),
  feed('raw/urlhaus-filter-2025-07-19/urlhaus-filter-splunk-online.csv.gz', 'abuse.ch', 'listed-malware'),
  // It repeats hashes of others: as a list of its own it would confirm them with their own words.
  feed('bad/hashes.tsv.gz', 'collected', 'listed-malware'),
  // Not of raw/, but the largest list of domains here. What it calls suspicious is no malware, and is in raw/ above.
  {
    ...feed('history/maltrail.delta.tsv.gz', 'maltrail', 'listed-malware'),
    withoutLines: /\t(?:suspicious\/|mass_scanner)/,
  },
]

/** A list of popular domains as operators import one: by itself it blocks nothing, and what it names needs two organisations. */
export const POPULARITY: TrialFeed = {
  ...feed('good/domains.tsv.gz', 'popularity', 'popular'),
  withoutLines: /\tuniversity_domains\t/,
}

function feed(path: string, organisation: string, kind: KindName): TrialFeed {
  return { path, organisation, kind }
}
