/**
 * Names and addresses that everything on the internet needs, each as its operator publishes it. Not a list of what is
 * merely popular: a quorum of three organisations is needed to block one.
 */

const RESOLVERS = [
  // Cloudflare, Google, Quad9, OpenDNS, AdGuard, Verisign, DNS.WATCH, CleanBrowsing, Mullvad
  '1.1.1.1 1.0.0.1 1.1.1.2 1.0.0.2 1.1.1.3 1.0.0.3',
  '2606:4700:4700::1111 2606:4700:4700::1001 2606:4700:4700::1112 2606:4700:4700::1002 2606:4700:4700::1113 2606:4700:4700::1003',
  '8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844 2001:4860:4860::6464 2001:4860:4860::64',
  '9.9.9.9 149.112.112.112 9.9.9.10 149.112.112.10 9.9.9.11 149.112.112.11',
  '2620:fe::fe 2620:fe::9 2620:fe::10 2620:fe::fe:10 2620:fe::11 2620:fe::fe:11',
  '208.67.222.222 208.67.220.220 208.67.222.123 208.67.220.123 2620:119:35::35 2620:119:53::53',
  '94.140.14.14 94.140.15.15 94.140.14.140 94.140.14.141 2a10:50c0::ad1:ff 2a10:50c0::ad2:ff',
  '64.6.64.6 64.6.65.6 84.200.69.80 84.200.70.40 185.228.168.9 185.228.169.9 194.242.2.2',
].join(' ')

/** IANA's root hints, named.root of 2023-11-27 and later. */
const ROOT_SERVERS = [
  '198.41.0.4 170.247.170.2 192.33.4.12 199.7.91.13 192.203.230.10 192.5.5.241 192.112.36.4 198.97.190.53 192.36.148.17',
  '192.58.128.30 193.0.14.129 199.7.83.42 202.12.27.33',
  '2001:503:ba3e::2:30 2801:1b8:10::b 2001:500:2::c 2001:500:2d::d 2001:500:a8::e 2001:500:2f::f 2001:500:12::d0d',
  '2001:500:1::53 2001:7fe::53 2001:503:c27::2:30 2001:7fd::1 2001:500:9f::42 2001:dc3::35',
].join(' ')

/** Google's, Cloudflare's and NIST's, whose addresses are fixed; of others the names. */
const TIME_SERVERS =
  '216.239.35.0 216.239.35.4 216.239.35.8 216.239.35.12 162.159.200.1 162.159.200.123 129.6.15.28 129.6.15.29'

const NAMES = [
  'one.one.one.one cloudflare-dns.com dns.google dns.quad9.net root-servers.net gtld-servers.net in-addr-servers.arpa',
  'pool.ntp.org time.google.com time.cloudflare.com time.windows.com time.apple.com time.nist.gov ntp.ubuntu.com',
].join(' ')

/** Providers that give names beneath their own to anybody, and stand neither in the Public Suffix List nor in a warninglist. */
export const FREE_HOSTS: readonly string[] = ['xsph.ru']

/** All of them, with their types. */
export const CERTIFIED: readonly string[] = [
  ...[RESOLVERS, ROOT_SERVERS, TIME_SERVERS].flatMap(texts => texts.split(' ').map(address => `ip:${address}`)),
  ...'abcdefghijklm'.split('').map(letter => `domain:${letter}.root-servers.net`),
  ...NAMES.split(' ').map(name => `domain:${name}`),
]
