import type { Format } from '../format.ts'
import { adblock } from './adblock.ts'
import { clamav } from './clamav.ts'
import { delta } from './delta.ts'
import { dnsmasq } from './dnsmasq.ts'
import { dshield } from './dshield.ts'
import { hashes } from './hashes.ts'
import { hosts } from './hosts.ts'
import { iprep } from './iprep.ts'
import { ipset } from './ipset.ts'
import { iptables } from './iptables.ts'
import { loki } from './loki.ts'
import { plain } from './plain.ts'
import { rbldnsd } from './rbldnsd.ts'
import { routeros } from './routeros.ts'
import { rpz } from './rpz.ts'
import { suricata } from './suricata.ts'
import { unbound } from './unbound.ts'

/** All formats of lines; of two that are as sure, the earlier one takes the input. */
export const LINE_FORMATS: readonly Format[] = [
  delta,
  dshield,
  iprep,
  suricata,
  clamav,
  loki,
  adblock,
  dnsmasq,
  unbound,
  rpz,
  rbldnsd,
  ipset,
  iptables,
  routeros,
  hosts,
  hashes,
  plain,
]
